/// Reads one JSON text (RFC 8259) strictly; whatever is odd is an error.
///
/// Bounds: 64 levels of nesting. Refused besides bad syntax: a member named twice, bytes that are
/// not UTF-8, anything after the value.
struct JSONParser {
  private static let depthBound = 64

  private let bytes: [UInt8]
  private var index = 0
  private var depth = 0

  private init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  static func parse(_ bytes: [UInt8]) throws(MalformedAnswer) -> JSONValue {
    var parser = JSONParser(bytes)
    parser.skipSpace()
    let value = try parser.value()
    parser.skipSpace()
    guard parser.index == bytes.count else { throw parser.malformed("something after the value") }
    return value
  }

  private mutating func value() throws(MalformedAnswer) -> JSONValue {
    switch peek {
    case UInt8(ascii: "{"):
      return try nested { parser throws(MalformedAnswer) in
        .object(try parser.members())
      }
    case UInt8(ascii: "["):
      return try nested { parser throws(MalformedAnswer) in
        .array(try parser.elements())
      }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return .number(try number())
    }
  }

  private mutating func nested(
    _ body: (inout JSONParser) throws(MalformedAnswer) -> JSONValue
  ) throws(MalformedAnswer) -> JSONValue {
    guard depth < Self.depthBound else { throw malformed("nested too deep") }
    depth += 1
    index += 1
    skipSpace()
    let value = try body(&self)
    depth -= 1
    return value
  }

  private mutating func members() throws(MalformedAnswer) -> [String: JSONValue] {
    var members: [String: JSONValue] = [:]
    if take("}") { return members }
    repeat {
      skipSpace()
      let name = try string()
      skipSpace()
      try expect(":")
      skipSpace()
      let value = try value()
      guard members.updateValue(value, forKey: name) == nil else {
        throw malformed("member \(name.prefix(32)) twice")
      }
      skipSpace()
    } while take(",")
    try expect("}")
    return members
  }

  private mutating func elements() throws(MalformedAnswer) -> [JSONValue] {
    var elements: [JSONValue] = []
    if take("]") { return elements }
    repeat {
      skipSpace()
      elements.append(try value())
      skipSpace()
    } while take(",")
    try expect("]")
    return elements
  }

  private mutating func word(
    _ word: String, _ value: JSONValue
  ) throws(MalformedAnswer) -> JSONValue {
    guard bytes[index...].starts(with: word.utf8) else { throw malformed("unknown word") }
    index += word.utf8.count
    return value
  }

  private mutating func number() throws(MalformedAnswer) -> String {
    let start = index
    _ = take("-")
    let whole = try digits()
    guard whole == 1 || bytes[index - whole] != UInt8(ascii: "0") else {
      throw malformed("number with a leading zero")
    }
    if take(".") { _ = try digits() }
    if take("e") || take("E") {
      if !take("-") { _ = take("+") }
      _ = try digits()
    }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private mutating func digits() throws(MalformedAnswer) -> Int {
    let start = index
    while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
    guard index > start else { throw malformed("no value") }
    return index - start
  }

  private mutating func string() throws(MalformedAnswer) -> String {
    try expect("\"")
    var text: [UInt8] = []
    while let byte = peek {
      index += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw malformed("string that is not UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): text += try escaped().utf8
      case 0..<0x20: throw malformed("control character in a string")
      default: text.append(byte)
      }
    }
    throw malformed("string without an end")
  }

  private mutating func escaped() throws(MalformedAnswer) -> String {
    guard let byte = peek else { throw malformed("escape without an end") }
    index += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try codeUnits()
    default: throw malformed("unknown escape")
    }
  }

  /// `\uXXXX`, or two of them for a character outside the basic plane.
  private mutating func codeUnits() throws(MalformedAnswer) -> String {
    var units = [try codeUnit()]
    if UTF16.isLeadSurrogate(units[0]) {
      try expect("\\")
      try expect("u")
      units.append(try codeUnit())
    }
    guard let text = String(validating: units, as: UTF16.self) else {
      throw malformed("half a surrogate pair")
    }
    return text
  }

  private mutating func codeUnit() throws(MalformedAnswer) -> UInt16 {
    guard index + 4 <= bytes.count,
      let digits = String(validating: bytes[index..<index + 4], as: UTF8.self),
      digits.allSatisfy(\.isHexDigit), let unit = UInt16(digits, radix: 16)
    else { throw malformed("bad \\u escape") }
    index += 4
    return unit
  }

  private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func take(_ byte: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: byte) else { return false }
    index += 1
    return true
  }

  private mutating func expect(_ byte: Unicode.Scalar) throws(MalformedAnswer) {
    guard take(byte) else { throw malformed("\(byte) expected") }
  }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      index += 1
    }
  }

  private func malformed(_ what: String) -> MalformedAnswer {
    MalformedAnswer("not JSON at byte \(index) of \(bytes.count): \(what)")
  }
}
