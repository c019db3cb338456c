import Testing

@testable import PaperVenue

/// Which requests a fault befalls: decided without a socket, a clock or chance.
@Suite("the table of faults")
struct FaultTableTests {
  private func request(
    _ path: String = "/derivatives/api/v3/sendorder", _ method: String = "POST",
    body: String = "side=buy&cliOrdId=a-1"
  ) -> VenueHTTPRequest {
    VenueHTTPRequest(method: method, path: path, query: "", body: body, headers: [:])
  }

  private func table(_ documents: String...) throws -> FaultTable {
    var table = FaultTable()
    for document in documents { _ = try table.arm(FaultDocument.fault(document)) }
    return table
  }

  /// Which of `count` like requests are befallen, from 1.
  private func befallen(_ document: String, count: Int = 10) throws -> [Int] {
    var table = try table(document)
    return (1...count).filter { _ in !table.plan(for: request()).faults.isEmpty }
  }

  @Test(arguments: [
    (#"{"fault":{"kind":"garble"}}"#, [1]),
    (#"{"nth":3,"fault":{"kind":"garble"}}"#, [3]),
    (#"{"times":2,"fault":{"kind":"garble"}}"#, [1, 2]),
    (#"{"nth":9,"times":5,"fault":{"kind":"garble"}}"#, [9, 10]),
    (#"{"nth":9,"every":true,"fault":{"kind":"garble"}}"#, [9, 10]),
    (#"{"every":false,"fault":{"kind":"empty_positions"},"match":{"path":"*"}}"#, [1]),
    (#"{"probability":0,"fault":{"kind":"garble"}}"#, []),
    (#"{"probability":1,"times":2,"fault":{"kind":"garble"}}"#, [1, 2]),
  ])
  func `a document says which of the matches are befallen`(
    _ document: String, _ expected: [Int]
  ) throws {
    #expect(try befallen(document) == expected)
  }

  @Test func `chance is the same for the same seed and about as great as was said`() throws {
    func hits(_ seed: Int) throws -> [Int] {
      try befallen(
        #"{"probability":0.25,"seed":\#(seed),"fault":{"kind":"garble"}}"#, count: 2000)
    }
    #expect(try hits(7) == hits(7))
    #expect(try hits(7) != hits(8))
    #expect(try (400...600).contains(hits(7).count))
  }

  @Test(arguments: [
    (#"{"path":"sendorder"}"#, true), (#"{"path":"order"}"#, false),
    (#"{"path":"/derivatives/api/v3/sendorder"}"#, true), (#"{"path":"*order"}"#, true),
    (#"{"path":"*/v3/*"}"#, true), (#"{"path":"*history*"}"#, false),
    (#"{"path":"v3/sendorder"}"#, true), (#"{"method":"POST"}"#, true),
    (#"{"method":"GET"}"#, false), (#"{"parameters":{"side":"buy"}}"#, true),
    (#"{"parameters":{"SIDE":"buy"}}"#, true), (#"{"parameters":{"side":"sell"}}"#, false),
    (#"{"parameters":{"side":"buy","size":1}}"#, false),
    (#"{"parameters":{"cliOrdId":"a-*"}}"#, true), (#"{"parameters":{"cliOrdId":"b*"}}"#, false),
    ("{}", true),
  ])
  func `a match compares method, path and parameters`(_ match: String, _ isMet: Bool) throws {
    var table = try table(#"{"match":\#(match),"fault":{"kind":"garble"}}"#)
    #expect(table.plan(for: request()).faults.isEmpty == !isMet)
  }

  @Test(arguments: [
    ("", "", true), ("", "*", true), ("a", "", false), ("abc", "a*c", true), ("abc", "a*b", false),
    ("aXbXc", "a*X*c", true), ("aaab", "*ab", true), ("ab", "a*b*", true), ("ab", "**", true),
    ("*", "*", true), ("ab", "a", false),
  ])
  func `a star stands for any text`(_ text: String, _ pattern: String, _ fits: Bool) {
    #expect(RequestMatch.text(text, fits: pattern) == fits)
  }

  @Test func `faults of one request add up, and each counts for itself`() throws {
    var table = try table(
      #"{"id":"a","fault":{"kind":"delay","ms":5}}"#,
      #"{"id":"b","times":2,"fault":{"kind":"twice"}}"#)
    let first = table.plan(for: request())
    #expect(first.faults == ["a", "b"] && first.isTwice && first.delayMilliseconds == 5)
    let second = table.plan(for: request())
    #expect(second.faults == ["b"] && second.delayMilliseconds == 0)
    #expect(table.plan(for: request()) == FaultPlan())
  }

  @Test func `spent faults make room, armed ones do not`() throws {
    var table = FaultTable()
    let fault = try FaultDocument.fault(#"{"fault":{"kind":"garble"}}"#)
    for _ in 0..<FaultTable.most { _ = try table.arm(fault) }
    #expect(throws: FaultRefusal.self) { try table.arm(fault) }
    _ = table.plan(for: request())
    #expect(try table.arm(fault) == "f101")
    #expect(table.armed.count == FaultTable.most)
  }

  @Test func `an id names one fault`() throws {
    var table = try table(#"{"id":"f1","fault":{"kind":"garble"}}"#)
    let again = try FaultDocument.fault(#"{"id":"f1","fault":{"kind":"garble"}}"#)
    #expect(throws: FaultRefusal.self) { try table.arm(again) }
    #expect(try table.arm(FaultDocument.fault(#"{"fault":{"kind":"garble"}}"#)) == "f2")
    let one = table.disarm("f1")
    let none = table.disarm("f1")
    let rest = table.disarmAll()
    #expect(one && !none && rest == 1 && table.armed.isEmpty)
  }

  @Test func `WebSocket messages are befallen by feed`() throws {
    var table = try table(
      #"{"fault":{"kind":"ws_drop","feed":"fills"}}"#,
      #"{"fault":{"kind":"ws_stall","feed":"book","ms":70}}"#,
      #"{"nth":2,"fault":{"kind":"ws_sequence_gap","feed":"book"}}"#,
      #"{"fault":{"kind":"fills_without_orders"}}"#)
    #expect(table.socketPlan(feed: "ticker") == SocketPlan())
    #expect(table.socketPlan(feed: "fills") == SocketPlan(isDropped: true))
    #expect(table.socketPlan(feed: "fills") == SocketPlan())
    #expect(table.socketPlan(feed: "book") == SocketPlan(stallMilliseconds: 70))
    #expect(table.socketPlan(feed: "book") == SocketPlan(isOmitted: true))
    for _ in 0..<3 { #expect(table.socketPlan(feed: "open_orders").isOmitted) }
    #expect(table.plan(for: request()) == FaultPlan())
  }

  @Test func `the skews of the clock add up while they are armed`() throws {
    var table = try table(
      #"{"id":"a","fault":{"kind":"clock_skew","ms":5000}}"#,
      #"{"fault":{"kind":"clock_skew","ms":-1000}}"#)
    #expect(table.clockSkewMilliseconds == 4000)
    _ = table.disarm("a")
    #expect(table.clockSkewMilliseconds == -1000)
  }
}
