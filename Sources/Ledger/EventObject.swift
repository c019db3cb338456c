import Domain

/// One flat JSON object, written byte by byte: no dictionary and no formatter on the way of an
/// order.
///
/// Invariant: members are added in the order of their names, so that the same event has the same
/// text.
struct EventObject {
  private static let digits = Array("0123456789abcdef".utf8)
  private var bytes: [UInt8] = []
  private var last = ""

  init() {
    bytes.reserveCapacity(512)
    bytes.append(UInt8(ascii: "{"))
  }

  mutating func add(_ name: String, _ text: String) {
    begin(name)
    append(quoted: text)
  }

  mutating func add(_ name: String, _ number: Int64) {
    begin(name)
    append(number)
  }

  mutating func add(_ name: String, _ numbers: [Int64]) {
    begin(name)
    bytes.append(UInt8(ascii: "["))
    for (index, number) in numbers.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      append(number)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  var text: String {
    String(decoding: bytes, as: UTF8.self) + "}"
  }

  private mutating func begin(_ name: String) {
    invariant(last < name, "\(name) is added after \(last)")
    last = name
    if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: name.utf8)
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
  }

  private mutating func append(_ number: Int64) {
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    var rest = number.magnitude
    let start = bytes.count
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }

  /// RFC 8259: quotation mark, reverse solidus and control characters are escaped, nothing else.
  private mutating func append(quoted text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0x08: bytes.append(contentsOf: "\\b".utf8)
      case 0x09: bytes.append(contentsOf: "\\t".utf8)
      case 0x0A: bytes.append(contentsOf: "\\n".utf8)
      case 0x0C: bytes.append(contentsOf: "\\f".utf8)
      case 0x0D: bytes.append(contentsOf: "\\r".utf8)
      case 0..<0x20:
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(Self.digits[Int(byte >> 4)])
        bytes.append(Self.digits[Int(byte & 15)])
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
