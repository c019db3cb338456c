import Daemon

/// Proves to this process that a browser logged in: signed by it, kept by the browser alone.
///
/// Invariants: 1. Nobody without the token can make one: it carries an HMAC-SHA-256 under it. 2. It
/// ends by itself after `lifetime`. 3. A page of another origin cannot act with it: every action
/// wants a second value that only our own page is told. 4. Secrets are compared in a time that does
/// not depend on where they differ.
struct Session: Equatable {
  static let lifetimeMilliseconds: Int64 = 12 * 3600 * 1000

  let text: String

  /// A new session under `token`.
  static func make(token: String, now: Int64) throws(Fatal) -> Session {
    let nonce = RandomToken.hexadecimal(try RandomToken.make())
    let body = "\(now + lifetimeMilliseconds).\(nonce)"
    return Session(text: "\(body).\(mac(token, "session \(body)"))")
  }

  /// The session in a cookie; nil when it is not one of ours, or is over.
  init?(_ text: String, token: String, now: Int64) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard text.utf8.count <= 256, parts.count == 3, let end = Int64(parts[0]), end > now,
      Self.areEqual(String(parts[2]), Self.mac(token, "session \(parts[0]).\(parts[1])"))
    else { return nil }
    self.text = text
  }

  private init(text: String) {
    self.text = text
  }

  /// What only our own page knows beside the cookie.
  func csrf(token: String) -> String { Self.mac(token, "csrf \(text)") }

  /// Whether both are the same, in a time that tells nothing of where they differ.
  static func areEqual(_ left: String, _ right: String) -> Bool {
    let digests = [left, right].map { SHA256.digest(Array($0.utf8)) }
    return zip(digests[0], digests[1]).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  /// HMAC-SHA-256 (RFC 2104) in hexadecimal.
  static func mac(_ key: String, _ message: String) -> String {
    var block = Array(key.utf8)
    if block.count > 64 { block = SHA256.digest(block) }
    block += [UInt8](repeating: 0, count: 64 - block.count)
    let inner = SHA256.digest(block.map { $0 ^ 0x36 } + Array(message.utf8))
    return RandomToken.hexadecimal(SHA256.digest(block.map { $0 ^ 0x5C } + inner))
  }
}
