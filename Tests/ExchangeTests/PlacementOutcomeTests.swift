import Domain
import Testing

@testable import Exchange

@Suite("what an answer to a placement proves")
struct PlacementOutcomeTests {
  private enum Class: Hashable {
    case placed
    case refused
    case ambiguous
  }

  private func outcome(_ body: String, status: Int = 200, _ type: OrderType? = nil) throws
    -> VenueOutcome
  {
    let placement = try type.map { try Sample.placement($0) } ?? Sample.placement()
    return try Sample.outcome(.place(placement), body, status: status)
  }

  private func classOf(_ outcome: VenueOutcome) -> Class {
    switch outcome {
    case .answer: .placed
    case .refused: .refused
    case .ambiguous: .ambiguous
    }
  }

  /// Every value of `sendStatus.status` as the venue documents it.
  static let documented = [
    "placed", "partiallyFilled", "filled", "cancelled", "edited", "marketSuspended",
    "marketInactive", "invalidPrice", "invalidSize", "tooManySmallOrders",
    "insufficientAvailableFunds", "wouldCauseLiquidation", "clientOrderIdAlreadyExist",
    "clientOrderIdTooBig", "maxPositionViolation", "outsidePriceCollar",
    "wouldIncreasePriceDislocation", "notFound", "orderForEditNotAStop", "orderForEditNotFound",
    "postWouldExecute", "iocWouldNotExecute", "selfFill", "wouldNotReducePosition",
    "marketIsPostOnly", "tooManyOrders", "fixedLeverageTooHigh", "clientOrderIdInvalid",
    "cannotEditTriggerPriceOfTrailingStop", "cannotEditLimitPriceOfTrailingStop",
    "wouldProcessAfterSpecifiedTime",
  ]

  @Test(arguments: documented)
  func `each documented word has its class`(_ word: String) throws {
    let expected: Class =
      switch word {
      case "placed", "partiallyFilled", "filled": .placed
      case "cancelled", "edited", "clientOrderIdAlreadyExist": .ambiguous
      default: .refused
      }
    let outcome = try outcome(Sample.sendStatus(word))
    #expect(classOf(outcome) == expected)
    if expected == .refused { #expect(outcome == .refused(word: word)) }
  }

  @Test func `each way in which a request fails has its class`() throws {
    func classOf(_ result: TransportResult) -> VenueErrorClass? {
      let judge = AnswerJudge(.instruments, result, instruments: [:])
      return VenueErrorClass(result, judge.outcome, isLimited: judge.isLimited)
    }
    func answer(_ body: String, _ status: Int = 200) -> TransportResult {
      .answered(status: status, body: Array(body.utf8), head: AnswerHead())
    }
    #expect(classOf(answer(Sample.instrumentBody)) == nil)
    #expect(classOf(.notSent(why: "no budget")) == .notSent)
    #expect(classOf(.broken(why: "reset")) == .noAnswer)
    #expect(classOf(answer("{}", 429)) == .rateLimited)
    let limit = #"{"result":"error","error":"apiLimitExceeded"}"#
    #expect(classOf(answer(limit)) == .rateLimited)
    #expect(classOf(answer("<html>", 503)) == .serverError)
    #expect(classOf(answer(#"{"result":"error","error":"notFound"}"#)) == .refused)
    #expect(classOf(answer("<html>")) == .unclear)
  }

  @Test(.enabled(if: SharedFiles.present, SharedFiles.missing))
  func `the list of words is the venue's`() throws {
    let words = try SharedFiles.json("docs_enums.json")["send-order:sendStatus.status"].list
    #expect(words?.compactMap(\.text) == Self.documented)
  }

  @Test(arguments: ["", "Placed", "rejected", "clientOrderIdTooLong", "invalidSide", "new word"])
  func `an unknown word proves nothing`(_ word: String) throws {
    #expect(classOf(try outcome(Sample.sendStatus(word))) == .ambiguous)
  }

  static let errors = [
    "accountInactive", "apiLimitExceeded", "authenticationError", "insufficientFunds",
    "invalidAccount", "invalidAmount", "invalidArgument", "invalidUnit", "Json Parse Error",
    "marketUnavailable", "nonceBelowThreshold", "nonceDuplicate", "notFound",
    "requiredArgumentMissing", "Server Error", "Unavailable", "unknownError",
  ]

  @Test(arguments: errors + ["invalidArgument: symbol", "rateLimitExceeded", "contractNotFound"])
  func `an error is a refusal only when it comes before processing`(_ word: String) throws {
    let definite = [
      "apiLimitExceeded", "authenticationError", "invalidArgument", "invalidArgument: symbol",
      "nonceBelowThreshold", "nonceDuplicate", "requiredArgumentMissing",
    ]
    let body = #"{"result":"error","serverTime":"2026-11-22T10:00:00Z","error":"\#(word)"}"#
    let outcome = try outcome(body)
    #expect(outcome == (definite.contains(word) ? .refused(word: word) : .ambiguous(why: word)))
  }

  @Test(.enabled(if: SharedFiles.present, SharedFiles.missing))
  func `the list of errors is the venue's`() throws {
    let words = try SharedFiles.json("docs_enums.json")["send-order:error"].list
    #expect(words?.compactMap(\.text) == Self.errors)
  }

  @Test(arguments: [
    "", "{", "null", "[]", "{}", "<html>", #"{"result":"success"}"#, #"{"result":"maybe"}"#,
    #"{"result":true}"#, #"{"result":"success","sendStatus":{}}"#,
    #"{"sendStatus":{"status":"placed","order_id":"o-1"}}"#,
    #"{"result":"success","sendStatus":{"status":"placed"}}"#,
    #"{"result":"success","sendStatus":{"status":"invalidSize","cliOrdId":"another"}}"#,
    #"{"result":"error","error":"apiLimitExceeded","sendStatus":{"status":"placed"}}"#,
    #"{"status":"BAD_REQUEST","errors":[{"code":1,"message":"UUID string too large"}]}"#,
    #"{"errors":[{"code":92,"message":"INSUFFICIENT_MARGIN"}]}"#, #"{"result":"error"}"#,
  ])
  func `a body that is not what it should be proves nothing`(_ body: String) throws {
    #expect(classOf(try outcome(body)) == .ambiguous)
  }

  @Test func `a 5xx takes a refusal's proof away, and a placed order stays placed`() throws {
    #expect(
      try outcome(Sample.sendStatus("invalidSize"), status: 503)
        == .ambiguous(why: "HTTP 503: invalidSize"))
    #expect(
      try outcome(#"{"result":"error","error":"apiLimitExceeded"}"#, status: 500)
        == .ambiguous(why: "HTTP 500: apiLimitExceeded"))
    #expect(classOf(try outcome(Sample.sendStatus("placed"), status: 503)) == .placed)
    #expect(classOf(try outcome("", status: 503)) == .ambiguous)
  }

  @Test func `the body decides, whatever a 4xx says`() throws {
    #expect(classOf(try outcome(Sample.sendStatus("placed"), status: 400)) == .placed)
    #expect(
      try outcome(Sample.sendStatus("invalidSize"), status: 429) == .refused(word: "invalidSize"))
  }

  @Test(arguments: ["iocWouldNotExecute", "cancelled", "clientOrderIdAlreadyExist", "brandNew"])
  func `an execution is never not placed, whatever the word`(_ word: String) throws {
    let events = ",\"orderEvents\":[\(Sample.execution("e-1", amount: "0.0004"))]"
    guard case .answer(.placed(let answer)) = try outcome(Sample.sendStatus(word, events)) else {
      Issue.record("not placed")
      return
    }
    #expect(!answer.rests)
    #expect(answer.word == word)
    #expect(answer.venueOrderID == VenueOrderID(unchecked: "o-1"))
    #expect(
      answer.fills == [
        Fill(
          id: ExecutionID(unchecked: "e-1"), instrument: try Sample.id("PF_XBTUSD"), side: .buy,
          quantity: Quantity(lots: 4), price: Price(ticks: 69_999),
          time: WallTime(milliseconds: 1_795_341_600_090),
          venueOrderID: VenueOrderID(unchecked: "o-1"),
          clientOrderID: ClientOrderID(unchecked: "i-0123abcd"))
      ])
  }

  @Test(arguments: [
    #"{"type":"EXECUTION","price":1,"amount":0.0001}"#,
    #"{"type":"EXECUTION","executionId":"e","price":1,"amount":0.00001}"#,
    #"{"type":"EXECUTION","executionId":"e","price":1,"amount":-0.0001}"#,
    #"{"type":"EXECUTION","executionId":"e","amount":1,"orderPriorExecution":{"cliOrdId":"x"}}"#,
    #"{"type":"EXECUTION","executionId":"e","amount":1,"orderPriorExecution":{"symbol":"PF_X"}}"#,
  ])
  func `an execution that cannot be read leaves the order in doubt`(_ event: String) throws {
    for word in ["filled", "iocWouldNotExecute"] {
      let body = Sample.sendStatus(word, ",\"orderEvents\":[\(event)]")
      #expect(classOf(try outcome(body)) == .ambiguous)
    }
  }

  @Test func `a refusal with an event of an unknown kind proves nothing`() throws {
    for events in [#"[{"type":"FILL"}]"#, #"[{}]"#, #"{"type":"REJECT"}"#, #""EXECUTION""#] {
      let body = Sample.sendStatus("postWouldExecute", ",\"orderEvents\":\(events)")
      #expect(classOf(try outcome(body)) == .ambiguous, "\(events)")
    }
    let body = Sample.sendStatus("postWouldExecute", #","orderEvents":[{"type":"REJECT"}]"#)
    #expect(try outcome(body) == .refused(word: "postWouldExecute"))
  }

  @Test func `more executed than ordered proves nothing`() throws {
    for amounts in [["0.0011"], ["0.0006", "0.0005"], ["9e17", "9e17"]] {
      let events = amounts.map { Sample.execution("e-\($0)", amount: $0) }
      let body = Sample.sendStatus(
        "filled", ",\"orderEvents\":[\(events.joined(separator: ","))]")
      #expect(classOf(try outcome(body)) == .ambiguous, "\(amounts)")
    }
  }

  @Test func `only an order that waits for a price rests, until it is filled`() throws {
    func rests(_ word: String, _ type: OrderType, amount: String? = nil) throws -> Bool? {
      let events = amount.map { ",\"orderEvents\":[\(Sample.execution("e-1", amount: $0))]" } ?? ""
      guard case .answer(.placed(let answer)) = try outcome(Sample.sendStatus(word, events), type)
      else { return nil }
      return answer.rests
    }
    let limit = OrderType.limit(Price(ticks: 1))
    #expect(try rests("placed", limit) == true)
    #expect(try rests("placed", .stop(trigger: Price(ticks: 1))) == true)
    #expect(try rests("partiallyFilled", limit, amount: "0.0001") == true)
    #expect(try rests("placed", limit, amount: "0.001") == false)
    #expect(try rests("filled", limit) == false)
    #expect(try rests("placed", .market) == false)
    #expect(try rests("placed", .immediateOrCancel(limit: Price(ticks: 1))) == false)
  }

  @Test func `the venue's id may come from an event alone`() throws {
    let body =
      #"{"result":"success","sendStatus":{"status":"placed","orderEvents":["#
      + #"{"type":"PLACE","orderTrigger":{"uid":"abc"}}]}}"#
    guard case .answer(.placed(let answer)) = try outcome(body) else {
      Issue.record("not placed")
      return
    }
    #expect(answer.venueOrderID == VenueOrderID(unchecked: "abc"))
  }

  @Test func `nothing sent is a refusal of our own`() throws {
    let judge = AnswerJudge(
      .place(try Sample.placement()), .notSent(why: "Couldn't connect to server"), instruments: [:])
    #expect(judge.outcome == .refused(word: "NOT_SENT: Couldn't connect to server"))
  }
}
