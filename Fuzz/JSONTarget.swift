#if canImport(PaperVenue)
  @testable import PaperVenue
#endif

/// JSON as it comes in fault documents, batches and WebSocket messages.
enum JSONTarget {
  static func run(_ bytes: [UInt8]) {
    guard let value = try? JSONParser.parse(bytes) else { return }
    let text = value.text
    demand((try? JSONParser.parse(text)) == value, "a value changes when written and read again")
    demand(!text.utf8.contains { $0 < 0x20 }, "a written value has control characters")
  }
}
