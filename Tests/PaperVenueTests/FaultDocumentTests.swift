import Testing

@testable import PaperVenue

@Suite("documents of faults")
struct FaultDocumentTests {
  @Test(arguments: [
    ("", "no JSON"), ("[]", "document: expected an object"), ("{}", "document.fault: missing"),
    (#"{"fault":{}}"#, "fault.kind"), (#"{"fault":{"kind":"fire"}}"#, "answer_lost, "),
    (#"{"fault":"garble"}"#, "fault.kind"),
    (#"{"fault":{"kind":"garble","ms":1}}"#, "fault.ms: unknown"),
    (#"{"fault":{"kind":"delay"}}"#, "fault.ms: missing"),
    (#"{"fault":{"kind":"delay","ms":0}}"#, "fault.ms: expected"),
    (#"{"fault":{"kind":"delay","ms":1.5}}"#, "fault.ms: expected"),
    (#"{"fault":{"kind":"delay","ms":99999999999999999999}}"#, "fault.ms: expected"),
    (#"{"fault":{"kind":"twice","answer":"third"}}"#, "fault.answer"),
    (#"{"fault":{"kind":"status","code":99}}"#, "fault.code"),
    (#"{"fault":{"kind":"rate_limited","code":300}}"#, "fault.code"),
    (#"{"fault":{"kind":"set","at":"a"}}"#, "fault.value: missing"),
    (#"{"fault":{"kind":"drip","bytes":0,"every_ms":1}}"#, "fault.bytes"),
    (#"{"fault":{"kind":"garble"},"often":1}"#, "document.often: unknown"),
    (#"{"fault":{"kind":"garble"},"id":"a b"}"#, "document.id"),
    (#"{"fault":{"kind":"garble"},"nth":0}"#, "document.nth"),
    (#"{"fault":{"kind":"garble"},"probability":1.1}"#, "document.probability"),
    (#"{"fault":{"kind":"garble"},"every":true,"times":2}"#, "document.every"),
    (#"{"fault":{"kind":"garble"},"match":{"url":"x"}}"#, "match.url: unknown"),
    (#"{"fault":{"kind":"garble"},"match":{"parameters":{"a":[]}}}"#, "match.parameters"),
    (#"{"fault":{"kind":"ws_drop"},"match":{}}"#, "document.match"),
  ])
  func `what is wrong with one is said in a sentence`(_ text: String, _ sentence: String) {
    let refusal = #expect(throws: FaultRefusal.self) { try FaultDocument.fault(text) }
    #expect(refusal?.description.contains(sentence) == true, "\(refusal?.description ?? "")")
  }

  @Test(arguments: [
    ("true", JSON.flag(true)), (" [1, -2.50e+3] ", .list([.number("1"), .number("-2.50e+3")])),
    (#""a\u00e9\ud83d\ude00\n""#, .text("aé😀\n")), ("{}", .object([])),
    (#"{"a":{"b":null}}"#, .members(["a": .members(["b": .null])])), ("0", .number("0")),
  ])
  func `JSON is read as it stands`(_ text: String, _ value: JSON) throws {
    #expect(try JSONParser.parse(text) == value)
    #expect(try JSONParser.parse(value.text) == value)
  }

  @Test(arguments: [
    "", " ", "tru", "nul", "01", "1.", ".5", "+1", "1e", "-", "\"", "\"\\x\"", "\"\\ud800\"",
    "\"\\ud800\\u0041\"", "\"\\u12g4\"", "\"a\nb\"", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":1,}",
    "{a:1}", "1 2", "[", "{", String(repeating: "[", count: 10_000),
  ])
  func `what is no JSON is refused`(_ text: String) {
    #expect(throws: JSONParser.Failure.self) { try JSONParser.parse(text) }
  }

  @Test func `text that is not UTF-8 is no JSON`() {
    #expect(throws: JSONParser.Failure.self) { try JSONParser.parse([0x22, 0xFF, 0x22]) }
  }

  @Test(arguments: [
    ("a.b", #"{"a":{"b":9,"c":[1]}}"#), ("a.c.0", #"{"a":{"b":1,"c":[9]}}"#),
    ("d", #"{"a":{"b":1,"c":[1]},"d":9}"#), ("a.c.5", nil), ("x.y", nil), ("a.b.c", nil),
  ])
  func `a place in a value can be set`(_ place: String, _ expected: String?) throws {
    let value = try JSONParser.parse(#"{"a":{"b":1,"c":[1]}}"#)
    let changed = value.setting(place.split(separator: ".")[...], to: .number("9"))
    #expect(changed?.text == expected)
  }
}
