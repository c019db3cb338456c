import Foundation
import Testing

@testable import Ledger

@Suite("the text of an event")
struct EventObjectTests {
  private static let texts = [
    "", "plain", "quote \" and \\ and /", "line\nbreak\ttab\rreturn\u{8}\u{c}\u{1}\u{1f}\u{7f}",
    "Grüße, 𝄞, 日本", "{\"a\":[1]}",
  ]

  /// What is in the ledger of an earlier build was written by Foundation.
  @Test(arguments: texts) func `the text is Foundation's, byte for byte`(_ text: String) throws {
    var object = EventObject()
    object.add("a_text", text)
    object.add("b", [Int64.min, -1, 0, 7, Int64.max])
    object.add("c_number", Int64.min)
    object.add("d", [])
    let fields: [String: Any] = [
      "a_text": text, "b": [Int64.min, -1, 0, 7, Int64.max], "c_number": Int64.min,
      "d": [Int64](),
    ]
    let data = try JSONSerialization.data(
      withJSONObject: fields, options: [.sortedKeys, .withoutEscapingSlashes])
    #expect(object.text == String(decoding: data, as: UTF8.self))
  }
}
