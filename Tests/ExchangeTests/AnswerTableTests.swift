import Domain
import Testing

@testable import Exchange

/// What an answer to each request that changes something proves, row by row.
@Suite("outcome classes")
struct AnswerTableTests {
  enum Class: Equatable {
    case placed, notPlaced, unknown
  }

  struct Row: CustomTestStringConvertible {
    let name: String
    let status: Int
    let body: String
    let expected: Class
    var testDescription: String { name }

    init(_ name: String, _ status: Int, _ body: String, _ expected: Class) {
      (self.name, self.status, self.body, self.expected) = (name, status, body, expected)
    }
  }

  private static func error(_ word: String) -> String {
    #"{"result":"error","serverTime":"2026-11-22T10:00:00.000Z","error":"\#(word)"}"#
  }

  private static func sent(_ word: String, _ events: String...) -> String {
    Sample.sendStatus(word, ",\"orderEvents\":[\(events.joined(separator: ","))]")
  }

  private static let execution = Sample.execution("e-1", amount: "0.0004")
  private static let reject = #"{"type":"REJECT","uid":"o-1","reason":"IOC_WOULD_NOT_EXECUTE"}"#
  private static let html = "<html><head><title>Error</title></head></html>"

  static let rows: [Row] = [
    Row("200 placed", 200, sent("placed"), .placed),
    Row("200 filled with its execution", 200, sent("filled", execution), .placed),
    Row("200 partly filled", 200, sent("partiallyFilled", execution), .placed),
    Row("200 with an error body", 200, error("authenticationError"), .notPlaced),
    Row("200 refused by a word", 200, sent("insufficientAvailableFunds"), .notPlaced),
    Row("200 past its deadline", 200, sent("wouldProcessAfterSpecifiedTime"), .notPlaced),
    Row("200 IOC without a match", 200, sent("iocWouldNotExecute", reject), .notPlaced),
    Row("200 IOC in part", 200, sent("iocWouldNotExecute", execution, reject), .placed),
    Row("200 cancelled in part", 200, sent("cancelled", execution), .placed),
    Row("200 cancelled", 200, sent("cancelled"), .unknown),
    Row("200 edited", 200, sent("edited"), .unknown),
    Row("200 the id exists", 200, sent("clientOrderIdAlreadyExist"), .unknown),
    Row("200 unknown word", 200, sent("someNewWord"), .unknown),
    Row("200 unknown word, executed", 200, sent("someNewWord", execution), .placed),
    Row("200 refused, unknown event", 200, sent("invalidSize", #"{"type":"MATCH"}"#), .unknown),
    Row("200 unknown error", 200, error("somethingElse"), .unknown),
    Row("200 Unavailable", 200, error("Unavailable"), .unknown),
    Row("200 Server Error", 200, error("Server Error"), .unknown),
    Row("200 unknownError", 200, error("unknownError"), .unknown),
    Row(
      "200 of another order", 200,
      sent("placed").replacing("i-0123abcd", with: "i-99999999"), .unknown),
    Row("200 truncated", 200, String(sent("placed").dropLast(20)), .unknown),
    Row("200 truncated refusal", 200, String(sent("invalidSize").dropLast(1)), .unknown),
    Row("200 two bodies", 200, sent("invalidSize") + sent("placed"), .unknown),
    Row("200 garbled", 200, "\u{0}\u{1}\u{FFFD}garbage", .unknown),
    Row("200 empty", 200, "", .unknown),
    Row("200 null", 200, "null", .unknown),
    Row("200 success and no status", 200, #"{"result":"success"}"#, .unknown),
    Row("200 status no word", 200, #"{"result":"success","sendStatus":{"status":7}}"#, .unknown),
    Row(
      "200 a word twice", 200,
      #"{"result":"success","sendStatus":{"status":"invalidSize","status":"placed"}}"#, .unknown),
    Row(
      "200 error with a status", 200,
      #"{"result":"error","error":"invalidArgument","sendStatus":{"status":"placed"}}"#, .unknown),
    Row("401 unauthorized", 401, #"{"status":"unauthorized","serverTime":"x"}"#, .unknown),
    Row("401 authenticationError", 401, error("authenticationError"), .notPlaced),
    Row("429 apiLimitExceeded", 429, error("apiLimitExceeded"), .notPlaced),
    Row("429 without a body", 429, "", .unknown),
    Row("429 placed", 429, sent("placed"), .placed),
    Row(
      "400 BAD_REQUEST", 400,
      #"{"status":"BAD_REQUEST","errors":[{"code":1,"message":"UUID string too large"}]}"#,
      .unknown),
    Row("400 invalidArgument", 400, error("invalidArgument: symbol"), .notPlaced),
    Row("400 nonceBelowThreshold", 400, error("nonceBelowThreshold"), .notPlaced),
    Row("400 nonceDuplicate", 400, error("nonceDuplicate"), .notPlaced),
    Row("400 requiredArgumentMissing", 400, error("requiredArgumentMissing"), .notPlaced),
    Row(
      "500 margin, as clients saw it", 500,
      #"{"errors":[{"code":92,"message":"INSUFFICIENT_MARGIN"}]}"#, .unknown),
    Row("500 HTML", 500, html, .unknown),
    Row("502 HTML", 502, html, .unknown),
    Row("503 HTML", 503, html, .unknown),
    Row("503 placed", 503, sent("placed"), .placed),
    Row("503 refused", 503, sent("invalidSize"), .unknown),
    Row("503 refused by an error", 503, error("invalidArgument"), .unknown),
    Row("503 executed", 503, sent("iocWouldNotExecute", execution), .placed),
    Row("504 empty", 504, "", .unknown),
    Row("520 HTML", 520, html, .unknown),
    Row("599 apiLimitExceeded", 599, error("apiLimitExceeded"), .unknown),
  ]

  private func classOf(_ outcome: VenueOutcome) -> Class {
    switch outcome {
    case .answer: .placed
    case .refused: .notPlaced
    case .ambiguous: .unknown
    }
  }

  @Test(arguments: rows)
  func `a placement`(_ row: Row) throws {
    let placement = VenueRequest.place(try Sample.placement())
    let outcome = try Sample.outcome(placement, row.body, status: row.status)
    #expect(classOf(outcome) == row.expected, "\(outcome)")
  }

  /// The same answers to a cancel and an amendment: none of them may look like success.
  @Test(arguments: rows)
  func `a cancel or an amendment is never proved by an answer to a placement`(_ row: Row) throws {
    let id = ClientOrderID(unchecked: "i-0123abcd")
    let wall = WallTime(milliseconds: 0)
    let amend = VenueRequest.amend(
      OrderAmendment(
        clientOrderID: id, instrument: try Sample.id("PF_XBTUSD"), quantity: Quantity(lots: 1),
        trigger: nil, processBefore: wall))
    for request in [VenueRequest.cancel(id, processBefore: wall), amend] {
      let outcome = try Sample.outcome(request, row.body, status: row.status)
      #expect(classOf(outcome) != .placed, "\(outcome)")
      if row.status >= 500 { #expect(classOf(outcome) == .unknown, "\(outcome)") }
    }
  }

  @Test(arguments: [
    ("edited", "", Class.placed), ("invalidSize", "", .notPlaced),
    ("orderForEditNotFound", "", .notPlaced), ("invalidSize", execution, .unknown),
    ("invalidSize", #"{"type":"Execution"}"#, .unknown), ("placed", "", .unknown),
    ("brandNew", "", .unknown), ("clientOrderIdAlreadyExist", "", .unknown),
  ])
  func `an amendment`(_ word: String, _ event: String, _ expected: Class) throws {
    let id = ClientOrderID(unchecked: "i-0123abcd")
    let amend = VenueRequest.amend(
      OrderAmendment(
        clientOrderID: id, instrument: try Sample.id("PF_XBTUSD"), quantity: Quantity(lots: 1),
        trigger: nil, processBefore: WallTime(milliseconds: 0)))
    let body = #"{"result":"success","editStatus":{"status":"\#(word)","orderEvents":[\#(event)]}}"#
    #expect(classOf(try Sample.outcome(amend, body)) == expected)
    #expect(classOf(try Sample.outcome(amend, body, status: 503)) != .notPlaced)
  }

  @Test(arguments: [
    ("cancelled", Class.placed), ("filled", .placed), ("notFound", .placed),
    ("wouldProcessAfterSpecifiedTime", .notPlaced), ("rejected", .unknown), ("", .unknown),
  ])
  func `a cancel`(_ word: String, _ expected: Class) throws {
    let cancel = VenueRequest.cancel(
      ClientOrderID(unchecked: "i-0123abcd"), processBefore: WallTime(milliseconds: 0))
    let body = #"{"result":"success","cancelStatus":{"status":"\#(word)"}}"#
    #expect(classOf(try Sample.outcome(cancel, body)) == expected)
  }

  @Test func `the venue's limit is recognised in each of its forms`() throws {
    func isLimited(_ status: Int, _ body: String) throws -> Bool {
      AnswerJudge(
        .fills, .answered(status: status, body: Array(body.utf8)),
        instruments: try Sample.instruments()
      ).isLimited
    }
    #expect(try isLimited(200, Self.error("apiLimitExceeded")))
    #expect(try isLimited(429, ""))
    #expect(try isLimited(429, Self.html))
    #expect(try !isLimited(200, #"{"result":"success","fills":[]}"#))
    #expect(try !isLimited(503, Self.html))
  }

  @Test func `margin modes are read strictly`() throws {
    func modes(_ rows: String) throws -> VenueOutcome {
      try Sample.outcome(
        .marginModes, #"{"result":"success","leveragePreferences":[\#(rows)]}"#)
    }
    let xbt = try Sample.id("PF_XBTUSD")
    let ten = try Sample.decimal("10")
    let answer = try modes(
      #"{"symbol":"pf_xbtusd","maxLeverage":10.0},{"symbol":"PI_ETHUSD","maxLeverage":2}"#)
    guard case .answer(.marginModes(let read)) = answer else {
      Issue.record("\(answer)")
      return
    }
    #expect(read == MarginModes(isolated: [xbt: ten]))
    #expect(read.mode(of: xbt) == .isolated(maxLeverage: ten))
    #expect(read.objection(to: xbt, wanted: .isolated(maxLeverage: ten)) == nil)
    #expect(
      read.objection(to: xbt, wanted: .cross)
        == "PF_XBTUSD is isolated at 10x at the venue, not cross-margined")
    #expect(read.objection(to: try Sample.id("PF_ETHUSD"), wanted: .cross) == nil)
    for odd in [
      #"{"symbol":"PF_XBTUSD"}"#, #"{"symbol":"PF_XBTUSD","maxLeverage":null}"#,
      #"{"symbol":"PF_XBTUSD","maxLeverage":0}"#, #"{"symbol":"PF_XBTUSD","maxLeverage":-1}"#,
      #"{"symbol":"PF_XBTUSD","maxLeverage":1e308}"#, #"{"maxLeverage":5}"#,
      #"{"symbol":"PF_XBTUSD","maxLeverage":1001}"#,
      #"{"symbol":"PF_XBTUSD","maxLeverage":5},{"symbol":"PF_BTCUSD","maxLeverage":5}"#,
    ] {
      guard case .ambiguous = try modes(odd) else {
        Issue.record("\(odd) is read")
        continue
      }
    }
    #expect(try modes("") == .answer(.marginModes(MarginModes(isolated: [:]))))
  }
}
