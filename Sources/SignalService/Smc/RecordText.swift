/// JSON text put together member by member, in the order given.
struct RecordText {
  private var members: [String] = []

  /// `value` is JSON already.
  mutating func add(_ key: String, _ value: String) {
    members.append("\(Self.quoted(key)): \(value)")
  }

  mutating func add(_ key: String, text value: String?) {
    add(key, value.map(Self.quoted) ?? "null")
  }

  mutating func add(_ key: String, flag value: Bool?) {
    add(key, value.map { $0 ? "true" : "false" } ?? "null")
  }

  var object: String { "{\(members.joined(separator: ", "))}" }

  static func list(_ values: [String]) -> String {
    "[\(values.map(quoted).joined(separator: ", "))]"
  }

  /// Texts of ours hold letters, digits and points; what else there may be is written out.
  static func quoted(_ text: String) -> String {
    var line = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": line += "\\\""
      case "\\": line += "\\\\"
      case " "..."~": line.unicodeScalars.append(scalar)
      default: for unit in String(scalar).utf16 { line += escape(unit) }
      }
    }
    return line + "\""
  }

  private static func escape(_ unit: UInt16) -> String {
    let digits = String(unit, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
  }
}
