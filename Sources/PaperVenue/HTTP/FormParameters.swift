/// Reads URL-encoded parameters.
enum FormParameters {
  private static let most = 1000

  /// The parameters of the texts in their order; nil if one is not URL-encoded UTF-8, or too many.
  static func decode(_ texts: String...) -> [VenueHTTPRequest.Parameter]? {
    var parameters: [VenueHTTPRequest.Parameter] = []
    for text in texts {
      for part in text.utf8.split(separator: UInt8(ascii: "&")) {
        guard parameters.count < most else { return nil }
        let pair = part.split(
          separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = decode(pair[0]), let value = pair.count > 1 ? decode(pair[1]) : ""
        else { return nil }
        parameters.append(.init(name: name, value: value))
      }
    }
    return parameters
  }

  private static func decode(_ text: Substring.UTF8View) -> String? {
    guard text.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
      return String(Substring(text))
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var rest = text
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit)
        else { return nil }
        bytes.append(high << 4 | low)
      default: bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
