import Domain
import Testing

@testable import Exchange

@Suite("JSON")
struct JSONTests {
  private func parse(_ text: String) throws(MalformedAnswer) -> JSONValue {
    try JSONParser.parse(Array(text.utf8))
  }

  @Test func `every kind of value is read`() throws {
    let text =
      #" {"a":[1,-2.50,1e-05,true,false,null,{}],"#
      + #""b":"\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00é","c":[]} "#
    #expect(
      try parse(text)
        == .object([
          "a": .array([
            .number("1"), .number("-2.50"), .number("1e-05"), .bool(true), .bool(false), .null,
            .object([:]),
          ]), "b": .string("\"\\/\u{8}\u{C}\n\r\té😀é"), "c": .array([]),
        ]))
  }

  @Test(arguments: [
    "", " ", "{", "[1", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "[1,]", "[1 2]", "{} {}", "nul", "+1",
    "01", "1.", ".5", "1e", "-", "NaN", "Infinity", "0x10", "\"a", "\"\\x\"", "\"\\u12\"",
    "\"\\uD83D\"", "\"\\u+123\"", "\"a\u{1}b\"", "{\"a\":1,\"a\":2}", "{a:1}", "'a'",
    "<html>502</html>",
  ])
  func `what is not JSON is an error`(_ text: String) {
    #expect(throws: MalformedAnswer.self) { try parse(text) }
  }

  @Test func `nesting has a bound and bytes must be UTF-8`() throws {
    let deep = { (levels: Int) in
      String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    }
    _ = try parse(deep(64))
    #expect(throws: MalformedAnswer.self) { try parse(deep(65)) }
    #expect(throws: MalformedAnswer.self) { try parse(deep(1_000_000)) }
    #expect(throws: MalformedAnswer.self) { try JSONParser.parse([0x22, 0xFF, 0x22]) }
  }

  @Test func `every truncation of an answer is an error`() {
    let body = Array(Sample.sendStatus("placed").utf8)
    for count in 0..<body.count {
      #expect(throws: MalformedAnswer.self) { try JSONParser.parse(Array(body.prefix(count))) }
    }
  }

  @Test(arguments: [
    ("0.0001", "0.0001"), ("1e-05", "0.00001"), ("1.18588737106e-07", "0.000000118588737106"),
    ("0.1", "0.1"), ("10000", "10000"), ("-3.50", "-3.5"), ("0", "0"), ("5E3", "5000"),
    ("26062948.000000000000000", "26062948"), ("4998.721054420551", "4998.721054420551"),
    ("0.000000000000000000000000000001", "0.000000000000000000000000000001"),
  ])
  func `a number is exactly what is written`(_ text: String, _ expected: String) throws {
    #expect(try parse(text).decimal == ExactDecimal(expected))
    #expect(try parse("\"\(text)\"").decimal == ExactDecimal(expected))
    #expect(ExactDecimal(expected) != nil)
  }

  @Test func `a number too long to be exact is none, except for a valuation`() throws {
    let long = try parse("34995.12345678901234567890")
    #expect(long.decimal == nil)
    #expect(long.valuation == ExactDecimal("34995.123456789012"))
    #expect(try parse("\"1.2.3456789012345678901234\"").valuation == nil)
    #expect(try parse("true").valuation == nil)
  }

  @Test func `times are ISO text or milliseconds, as number or text`() throws {
    #expect(
      try parse("\"2025-10-21T08:42:03.057503Z\"").wallTime?.milliseconds == 1_761_036_123_057)
    #expect(try parse("\"1761036123057\"").wallTime?.milliseconds == 1_761_036_123_057)
    #expect(try parse("1761036123057").wallTime?.milliseconds == 1_761_036_123_057)
    #expect(try parse("\"2026-08-11T13:08:44Z\"").wallTime != nil)
    #expect(try parse("\"yesterday\"").wallTime == nil)
  }
}
