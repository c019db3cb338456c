import Domain
import Testing

@testable import Exchange

@Suite("what answers to reads show")
struct ReadingTests {
  private let ours = ClientOrderID(unchecked: "i-0123abcd")

  private func isAmbiguous(_ outcome: VenueOutcome) -> Bool {
    if case .ambiguous = outcome { true } else { false }
  }

  private func judge(_ request: VenueRequest, _ body: String) throws -> AnswerJudge {
    AnswerJudge(
      request, .answered(status: 200, body: Array(body.utf8)),
      instruments: try Sample.instruments())
  }

  @Test func `an empty list is an answer`() throws {
    let empty: [(VenueRequest, String, VenueAnswer)] = [
      (.openPositions, "openPositions", .openPositions([])),
      (.openOrders, "openOrders", .openOrders([])), (.fills, "fills", .fills([])),
      (.orderStatus([ours]), "orders", .orderStatus([])), (.tickers, "tickers", .tickers([])),
      (.instruments, "instruments", .instruments([])),
    ]
    for (request, member, answer) in empty {
      #expect(
        try Sample.outcome(request, #"{"result":"success","\#(member)":[]}"#) == .answer(answer))
      #expect(isAmbiguous(try Sample.outcome(request, #"{"result":"success"}"#)))
      #expect(isAmbiguous(try Sample.outcome(request, #"{"result":"success","\#(member)":{}}"#)))
    }
  }

  @Test func `a foreign entry is counted, an unreadable one of ours spoils the list`() throws {
    func body(_ entries: String) -> String {
      #"{"result":"success","openPositions":[\#(entries)]}"#
    }
    let good = #"{"symbol":"pf_ethusd","side":"short","size":0.001}"#
    let foreign = #"{"symbol":"FI_XBTUSD_201225","side":"?","size":"x"}"#
    let judged = try judge(.openPositions, body("\(good),\(foreign)"))
    #expect(judged.skipped == 1)
    #expect(
      try judged.outcome
        == .answer(.openPositions([Position(instrument: Sample.id("PF_ETHUSD"), signedLots: -1)])))
    for bad in [
      #"{"symbol":"PF_ETHUSD","side":"short","size":0.0001}"#,
      #"{"symbol":"PF_ETHUSD","side":"short","size":-1}"#,
      #"{"symbol":"PF_ETHUSD","side":"both","size":1}"#, good, #"{"side":"short","size":1}"#, "1",
    ] {
      #expect(isAmbiguous(try Sample.outcome(.openPositions, body("\(good),\(bad)"))), "\(bad)")
    }
  }

  @Test(arguments: ["cliOrdId", "cli_ord_id"])
  func `both spellings of the client id are read`(_ name: String) throws {
    let body =
      #"{"result":"success","fills":[{"fill_id":"f","order_id":"o","\#(name)":"i-0123abcd","#
      + #""symbol":"PF_ETHUSD","side":"sell","size":1e-03,"fillTime":"2026-11-22T10:00:00Z"}]}"#
    guard case .answer(.fills(let fills)) = try Sample.outcome(.fills, body) else {
      Issue.record("not read")
      return
    }
    #expect(fills.first?.clientOrderID == ours)
    #expect(fills.first?.price == nil)
    #expect(fills.first?.quantity == Quantity(lots: 1))
  }

  @Test func `a stop that nothing touched may lack its unfilled size`() throws {
    let body =
      #"{"result":"success","openOrders":[{"order_id":"o","cliOrdId":"i-0123abcd","#
      + #""symbol":"PF_ETHUSD","side":"sell","orderType":"stop","stopPrice":1,"filledSize":0,"#
      + #""reduceOnly":true}]}"#
    guard case .answer(.openOrders(let orders)) = try Sample.outcome(.openOrders, body) else {
      Issue.record("not read")
      return
    }
    #expect(orders.first?.isStop == true)
    #expect(orders.first?.unfilled == .zero)
  }

  @Test(arguments: [
    ("ENTERED_BOOK", VenueOrderState.working), ("TRIGGER_PLACED", .working),
    ("FULLY_EXECUTED", .filled), ("CANCELLED", .cancelled), ("REJECTED", .rejected(word: "WHY")),
    ("TRIGGER_ACTIVATION_FAILURE", .rejected(word: "WHY")), ("odd", .unrecognised(word: "odd")),
  ])
  func `each look-up word has its state`(_ word: String, _ state: VenueOrderState) throws {
    #expect(try lookup(word, error: "WHY") == [state])
  }

  @Test func `a rejection because the id is in use is one of a second order`() throws {
    let word = "CLIENT_ORDER_ID_IN_USE"
    #expect(try lookup("REJECTED", error: word) == [.unrecognised(word: word)])
  }

  private func lookup(_ word: String, error: String) throws -> [VenueOrderState] {
    let body =
      #"{"result":"success","orders":[{"order":{"type":"ORDER","orderId":"o","symbol":"PF_ETHUSD","#
      + #""cliOrdId":"i-0123abcd","filled":0.5},"status":"\#(word)","error":"\#(error)"},"#
      + #"{"order":{"orderId":"p","symbol":"PF_ETHUSD","cliOrdId":"another"},"status":"odd"}]}"#
    guard case .answer(.orderStatus(let reports)) = try Sample.outcome(.orderStatus([ours]), body)
    else { return [] }
    #expect(reports.allSatisfy { $0.filled == Quantity(lots: 500) && $0.clientOrderID == ours })
    return reports.map(\.status)
  }

  @Test(arguments: [
    ("OrderPlaced", "", "0", "0.1", VenueOrderState.working),
    ("orderplaced", "", "0.1", "0", .filled), ("OrderUpdated", "", "0.05", "0.05", .working),
    ("OrderPlaced", #","status":"closed""#, "0.05", "0.05", .cancelled),
    ("OrderCancelled", "", "0.05", "0.05", .cancelled),
    ("OrderRejected", "", "0", "0.1", .rejected(word: "invalidSize")),
    ("OrderEditRejected", "", "0", "0.1", .unrecognised(word: "ordereditrejected")),
    ("OrderSung", "", "0", "0.1", .unrecognised(word: "ordersung")),
  ])
  func `each history event has its state`(
    _ kind: String, _ more: String, _ filled: String, _ left: String, _ state: VenueOrderState
  ) throws {
    let events = try history([element(kind, more, filled: filled, left: left)])
    #expect(events?.map(\.state) == [state])
    #expect(events?.first?.clientOrderID == ours)
    #expect(events?.first?.filled == Quantity(lots: filled == "0" ? 0 : filled == "0.1" ? 100 : 50))
  }

  @Test func `history comes oldest first`() throws {
    let elements = [9, 3, 5].map { element("OrderPlaced", "", filled: "0", left: "1", at: $0) }
    #expect(try history(elements)?.map(\.time.milliseconds) == [3, 5, 9])
  }

  @Test func `a history that may be cut proves no absence`() throws {
    let one = element("OrderPlaced", "", filled: "0", left: "1")
    #expect(try history(Array(repeating: one, count: 999))?.count == 999)
    #expect(try history(Array(repeating: one, count: 1000)) == nil)
  }

  @Test func `a history event without an order is left out only when it concerns none`() throws {
    #expect(try history([#"{"timestamp":1,"event":{"OrderNotFound":{"uid":"o"}}}"#]) == [])
    #expect(try history([#"{"timestamp":1,"event":{"OrderPlaced":{"uid":"o"}}}"#]) == nil)
    #expect(try history([#"{"timestamp":1}"#]) == nil)
  }

  @Test func `a refused history is a refusal`() throws {
    let window = VenueRequest.orderHistory(
      since: WallTime(milliseconds: 0), before: WallTime(milliseconds: 1))
    #expect(
      try Sample.outcome(window, #"{"status":"unauthorized","extra":1}"#, status: 401)
        == .refused(word: "unauthorized"))
  }

  private func element(
    _ kind: String, _ more: String, filled: String, left: String, at time: Int = 1
  ) -> String {
    #"{"uid":"e","timestamp":\#(time),"event":{"\#(kind)":{"orderError":"invalidSize","#
      + #""order":{"uid":"o","clientId":"i-0123abcd","tradeable":"PF_ETHUSD","#
      + #""quantity":"\#(left)","filled":"\#(filled)"\#(more)}}}}"#
  }

  private func history(_ elements: [String]) throws -> [OrderHistoryEvent]? {
    let window = VenueRequest.orderHistory(
      since: WallTime(milliseconds: 0), before: WallTime(milliseconds: 1))
    let body = #"{"elements":[\#(elements.joined(separator: ","))],"len":1}"#
    guard case .answer(.orderHistory(let events)) = try Sample.outcome(window, body) else {
      return nil
    }
    return events
  }

  @Test func `a contract with a negative precision trades in thousands`() throws {
    let body = Sample.instrumentBody.replacing("PF_XBTUSD", with: "pf_pepeusd")
      .replacing("\"contractValueTradePrecision\":4", with: "\"contractValueTradePrecision\":-3")
      .replacing("\"tickSize\":1,", with: "\"tickSize\":1e-10,")
      .replacing(
        "\"maxPositionSize\":100,", with: "\"maxPositionSize\":5500,\"makerProtectionMillis\":20,")
    guard case .answer(.instruments(let list)) = try Sample.outcome(.instruments, body, [:]) else {
      Issue.record("not read")
      return
    }
    #expect(
      try list == [
        #require(
          Instrument(
            id: Sample.id("PF_PEPEUSD"), tickSize: Sample.decimal("0.0000000001"),
            lotSize: Sample.decimal("1000"), maxPosition: Quantity(lots: 5),
            initialMargin: Sample.decimal("0.02"),
            marginTiers: [Sample.tier("0", "0.02", "0.01")], makerProtectionMilliseconds: 20,
            tradeable: true))
      ])
  }

  @Test func `a ticker without a trade has the venue's time, one without a side is left out`()
    throws
  {
    let body =
      #"{"result":"success","serverTime":"1970-01-01T00:00:01Z","tickers":["#
      + #"{"symbol":"PF_ETHUSD","bid":1,"ask":2,"last":1.04,"markPrice":1.5},"#
      + #"{"symbol":"PF_XBTUSD","bid":1,"last":1,"markPrice":1}]}"#
    let judged = try judge(.tickers, body)
    #expect(judged.skipped == 1)
    guard case .answer(.tickers(let tickers)) = judged.outcome else {
      Issue.record("not read")
      return
    }
    #expect(tickers.map(\.time) == [MarketTime(milliseconds: 1000)])
    #expect(tickers.map(\.last) == [Price(ticks: 10)])
  }

  @Test func `candles come oldest first and an impossible one is left out`() throws {
    func bar(_ time: Int, low: String) -> String {
      #"{"time":\#(time),"open":"5","high":"6","low":"\#(low)","close":"5","volume":"1.2345678"}"#
    }
    let request = VenueRequest.candles(
      try Sample.id("PF_ETHUSD"), .oneMinute, from: MarketTime(milliseconds: 0), to: nil)
    let judged = try judge(
      request,
      #"{"candles":[\#(bar(60_000, low: "4")),\#(bar(0, low: "1e-1")),"#
        + #"\#(bar(1, low: "4")),\#(bar(120_000, low: "7"))],"more_candles":false}"#
    )
    #expect(judged.skipped == 2)
    guard case .answer(.candles(let candles)) = judged.outcome else {
      Issue.record("not read")
      return
    }
    #expect(candles.map(\.openTime.milliseconds) == [0, 60_000])
    #expect(candles.map(\.low) == [Price(ticks: 1), Price(ticks: 40)])
    #expect(candles.map(\.volume) == [Quantity(lots: 1234), Quantity(lots: 1234)])
  }
}
