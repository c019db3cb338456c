/// URL-encoded `name=value` pairs in the order in which they were added.
struct Parameters: Hashable, Sendable {
  private(set) var text = ""

  init(_ pairs: KeyValuePairs<String, String> = [:]) {
    for (name, value) in pairs { add(name, value) }
  }

  mutating func add(_ name: String, _ value: String) {
    if !text.isEmpty { text += "&" }
    text += "\(Self.encoded(name))=\(Self.encoded(value))"
  }

  /// RFC 3986: all but unreserved characters become `%XX`.
  static func encoded(_ text: String) -> String {
    var encoded: [UInt8] = []
    let digits = Array("0123456789ABCDEF".utf8)
    for byte in text.utf8 {
      if isUnreserved(byte) {
        encoded.append(byte)
      } else {
        encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"):
      true
    default: false
    }
  }
}
