import NIOHTTP1

/// A request as the doors of this process see it, within bounds.
struct ConsoleRequest: Sendable {
  static let longestURI = 2048
  static let longestBody = 4096

  let method: String
  /// Without the query; never decoded, so that it is one of ours or none.
  let path: String
  let query: [String: String]
  /// Names in small letters.
  let headers: [String: String]
  var body: [UInt8] = []

  init(_ head: HTTPRequestHead) {
    let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    method = head.method == .HEAD ? "GET" : head.method.rawValue
    path = parts.first.map(String.init) ?? ""
    query = parts.count > 1 ? Self.fields(parts[1]) : [:]
    var headers: [String: String] = [:]
    for header in head.headers { headers[header.name.lowercased()] = header.value }
    self.headers = headers
  }

  /// The fields of a form in the body.
  var form: [String: String] { Self.fields(String(decoding: body, as: UTF8.self)) }

  func cookie(_ name: String) -> String? {
    for pair in (headers["cookie"] ?? "").split(separator: ";") {
      let parts = pair.split(separator: "=", maxSplits: 1)
      if parts.count == 2, parts[0].drop(while: { $0 == " " }) == name { return String(parts[1]) }
    }
    return nil
  }

  /// The token of `Authorization: Bearer`.
  var bearer: String? {
    guard let value = headers["authorization"], value.lowercased().hasPrefix("bearer ") else {
      return nil
    }
    return String(value.dropFirst("bearer ".count))
  }

  /// URL-encoded `name=value` pairs, at most 16; one that is no UTF-8 is left out.
  private static func fields(_ text: some StringProtocol) -> [String: String] {
    var fields: [String: String] = [:]
    for pair in text.split(separator: "&").prefix(16) {
      let parts = pair.split(separator: "=", maxSplits: 1).map { decoded($0.utf8) }
      if parts.count == 2, let name = parts[0], let value = parts[1] { fields[name] = value }
    }
    return fields
  }

  private static func decoded(_ text: Substring.UTF8View) -> String? {
    decoded(Array(text))
  }

  private static func decoded(_ text: some Collection<UInt8>) -> String? {
    let text = Array(text)
    var bytes: [UInt8] = []
    var place = 0
    while place < text.count {
      switch text[place] {
      case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard place + 2 < text.count,
          let byte = UInt8(
            String(decoding: text[(place + 1)...(place + 2)], as: UTF8.self), radix: 16)
        else { return nil }
        bytes.append(byte)
        place += 2
      default: bytes.append(text[place])
      }
      place += 1
    }
    return String(validating: bytes, as: UTF8.self)
  }
}

/// An answer of this process.
struct ConsoleReply: Sendable {
  var status = 200
  var type = "application/json; charset=utf-8"
  var headers: [(name: String, value: String)] = []
  var body: [UInt8]

  init(_ json: JSON, status: Int = 200) {
    body = Array(json.text.utf8)
    self.status = status
  }

  init(text: String, type: String = "text/plain; charset=utf-8", status: Int = 200) {
    body = Array(text.utf8)
    self.type = type
    self.status = status
  }

  init(asset: Asset) {
    body = asset.bytes
    type = asset.type
  }

  static func refused(_ status: Int, _ why: String) -> ConsoleReply {
    ConsoleReply(["error": .string(why)], status: status)
  }
}
