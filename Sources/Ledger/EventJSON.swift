/// The text of an event's body: a JSON object, its keys in the order of their bytes.
///
/// Written here because every intent waits for it: Foundation's writer took four fifths of the
/// processor time of a commit (`ops/bench ledger`), most of it sorting keys by locale.
enum EventJSON {
  /// The object with these members.
  ///
  /// A value is text, a whole number or whole numbers; anything else is a programmer's error.
  static func object(_ fields: [String: Any]) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(64 + 32 * fields.count)
    bytes.append(UInt8(ascii: "{"))
    for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
      if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
      write(key, to: &bytes)
      bytes.append(UInt8(ascii: ":"))
      write(value: value, to: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func write(value: Any, to bytes: inout [UInt8]) {
    switch value {
    case let text as String: write(text, to: &bytes)
    case let number as Int64: bytes += "\(number)".utf8
    case let number as Int: bytes += "\(number)".utf8
    case let numbers as [Int64]:
      bytes += "[\(numbers.map { "\($0)" }.joined(separator: ","))]".utf8
    default: fatalError("invariant broken: an event holds text and whole numbers, not \(value)")
    }
  }

  private static func write(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0..<0x20:
        let digits = Array("0123456789abcdef".utf8)
        bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
