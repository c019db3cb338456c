/// A JSON value to be written; numbers are texts, so that a price leaves exactly as it is.
indirect enum JSON: Hashable, Sendable {
  case number(String)
  case text(String)
  case flag(Bool)
  case null
  case list([JSON])
  /// Members in the order they are written.
  case object([Member])

  struct Member: Hashable, Sendable {
    let name: String
    let value: JSON
  }

  static func integer(_ value: some BinaryInteger) -> JSON { .number(String(value)) }

  static func members(_ members: KeyValuePairs<String, JSON?>) -> JSON {
    .object(
      members.compactMap { member in
        member.value.map { Member(name: member.key, value: $0) }
      })
  }

  /// The value in one line.
  var text: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    switch self {
    case .number(let digits): text += digits
    case .text(let string): Self.quote(string, to: &text)
    case .flag(let flag): text += flag ? "true" : "false"
    case .null: text += "null"
    case .list(let values):
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += "," }
        value.write(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { text += "," }
        Self.quote(member.name, to: &text)
        text += ":"
        member.value.write(to: &text)
      }
      text += "}"
    }
  }

  private static func quote(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
