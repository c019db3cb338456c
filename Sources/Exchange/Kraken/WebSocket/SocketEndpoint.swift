/// Where the WebSocket of a venue is, made of the address of its REST service.
struct SocketEndpoint: Hashable, Sendable {
  static let path = "/ws/v1"

  let isEncrypted: Bool
  let host: String
  let port: Int

  /// Nil for what is no `http(s)://host[:port]` or `ws(s)://host[:port]`.
  init?(_ url: String) {
    let schemes = ["https://": true, "wss://": true, "http://": false, "ws://": false]
    guard let (scheme, isEncrypted) = schemes.first(where: { url.hasPrefix($0.key) }) else {
      return nil
    }
    self.isEncrypted = isEncrypted
    let authority = url.dropFirst(scheme.count)
    // A name goes to OpenSSL as a C string, which a zero byte would cut.
    guard !authority.isEmpty, authority.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
      !authority.contains(where: { "/?#@".contains($0) })
    else { return nil }
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { return nil }
      host = String(authority[authority.index(after: authority.startIndex)..<end])
      let rest = authority[authority.index(after: end)...]
      guard rest.isEmpty || rest.hasPrefix(":"),
        let port = Self.port(rest.dropFirst(), isEncrypted)
      else { return nil }
      self.port = port
    } else {
      let parts = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      host = String(parts[0])
      guard let port = Self.port(parts.count > 1 ? parts[1] : "", isEncrypted) else { return nil }
      self.port = port
    }
    guard !host.isEmpty else { return nil }
  }

  private static func port(_ text: Substring, _ isEncrypted: Bool) -> Int? {
    guard !text.isEmpty else { return isEncrypted ? 443 : 80 }
    return Int(text).flatMap { (1...65_535).contains($0) ? $0 : nil }
  }

  /// For the Host header.
  var authority: String {
    port == (isEncrypted ? 443 : 80) ? name : fullAuthority
  }

  /// With its port, also one that goes without saying.
  var fullAuthority: String { "\(name):\(port)" }

  private var name: String { host.contains(":") ? "[\(host)]" : host }
}
