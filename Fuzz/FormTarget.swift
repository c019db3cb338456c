#if canImport(PaperVenue)
  @testable import PaperVenue
#endif

/// URL-encoded parameters.
enum FormTarget {
  static func run(_ bytes: [UInt8]) {
    // The door refuses what is not UTF-8 before it is looked at.
    guard let text = String(validating: bytes, as: UTF8.self),
      let parameters = FormParameters.decode(text)
    else { return }
    demand(parameters.count <= 1000, "there are more parameters than allowed")
    let again = parameters.map { encoded($0.name) + "=" + encoded($0.value) }
    demand(
      FormParameters.decode(again.joined(separator: "&")) == parameters,
      "parameters change when they are encoded and decoded again")
  }

  /// Every byte as `%XX`.
  private static func encoded(_ text: String) -> String {
    let digits = Array("0123456789abcdef")
    return text.utf8.reduce(into: "") { text, byte in
      text.append("%")
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
  }
}
