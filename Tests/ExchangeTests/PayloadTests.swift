import Domain
import Testing

@testable import Exchange

@Suite("the venue's own payloads", .enabled(if: SharedFiles.present, SharedFiles.missing))
struct PayloadTests {
  private func outcome(
    _ request: VenueRequest, _ name: String, _ instruments: [InstrumentID: Instrument]? = nil
  ) throws -> VenueOutcome {
    try Sample.outcome(request, SharedFiles.text(name), instruments)
  }

  private func documented(_ name: String) -> String { "docs/futures-api.trading.\(name).json" }

  private func inverse(_ type: OrderType, lots: Int64) throws -> VenueRequest {
    .place(try Sample.placement(type, lots: lots, symbol: "PI_XBTUSD"))
  }

  @Test func `documented answers to placements`() throws {
    let limit = OrderType.limit(Price(ticks: 18_800))
    #expect(
      try outcome(
        inverse(limit, lots: 10_000), documented("send-order.placed"), Sample.inverse())
        == .answer(
          .placed(
            PlacementAnswer(
              venueOrderID: VenueOrderID(unchecked: "179f9af8-e45e-469d-b3e9-2fd4675cb7d0"),
              rests: true, fills: [], word: "placed"))))
    #expect(
      try outcome(
        inverse(.immediateOrCancel(limit: Price(ticks: 18_800)), lots: 10_000),
        documented("send-order.iocWouldNotExecute"), Sample.inverse())
        == .refused(word: "iocWouldNotExecute"))
  }

  @Test func `a documented execution is a fill under the id that the fills list has`() throws {
    let order = VenueOrderID(unchecked: "61ca5732-3478-42fe-8362-abbfd9465294")
    let fill = Fill(
      id: ExecutionID(unchecked: "e1ec9f63-2338-4c44-b40a-43486c6732d7"),
      instrument: try Sample.id("PI_XBTUSD"), side: .buy, quantity: Quantity(lots: 10),
      price: Price(ticks: 14_489), time: WallTime(milliseconds: 1_576_084_653_888),
      venueOrderID: order, clientOrderID: ClientOrderID(unchecked: "i-0123abcd"))
    #expect(
      try outcome(
        inverse(.limit(Price(ticks: 15_000)), lots: 10), documented("send-order.placed__2"),
        Sample.inverse())
        == .answer(
          .placed(
            PlacementAnswer(venueOrderID: order, rests: false, fills: [fill], word: "placed"))))
  }

  @Test func `documented answers to a cancel and an amendment`() throws {
    let deadline = WallTime(milliseconds: 0)
    #expect(
      try outcome(
        .cancel(ClientOrderID(unchecked: "1234568"), processBefore: deadline),
        documented("cancel-order.success")) == .answer(.cancel(.cancelled)))
    let amend = VenueRequest.amend(
      OrderAmendment(
        clientOrderID: ClientOrderID(unchecked: "a"), instrument: try Sample.id("PI_XBTUSD"),
        quantity: Quantity(lots: 1501), trigger: nil, processBefore: deadline))
    #expect(
      try outcome(amend, documented("edit-order-spring.success"), Sample.inverse())
        == .answer(.amended(word: "edited")))
  }

  @Test func `documented fills`() throws {
    guard
      case .answer(.fills(let fills)) = try outcome(
        .fills, documented("get-fills.success"), Sample.inverse())
    else {
      Issue.record("not read")
      return
    }
    #expect(fills.map(\.quantity.lots) == [5490, 5000])
    #expect(fills.first?.id == ExecutionID(unchecked: "3d57ed09-fbd6-44f1-8e8b-b10e551c5e73"))
    #expect(fills.first?.price == Price(ticks: 18_800))
    #expect(fills.first?.time == WallTime(milliseconds: 1_595_425_047_077))
    #expect(fills.allSatisfy { $0.clientOrderID == nil })
  }

  @Test func `recorded fills, orders and positions`() throws {
    guard case .answer(.fills(let fills)) = try outcome(.fills, "recorded/response_fills.json")
    else {
      Issue.record("fills not read")
      return
    }
    #expect(fills.map(\.quantity) == [Quantity(lots: 10)])
    #expect(fills.map(\.price) == [Price(ticks: 6854)])
    #expect(
      try outcome(.openOrders, "recorded/response_openorders.json")
        == .answer(
          .openOrders([
            OpenOrder(
              clientOrderID: nil,
              venueOrderID: VenueOrderID(unchecked: "a02a5141-5156-4f62-a992-0f879b5fc989"),
              instrument: Sample.id("PF_LTCUSD"), side: .buy, unfilled: Quantity(lots: 10),
              filled: .zero, reduceOnly: false, isStop: false)
          ])))
    #expect(
      try outcome(.openPositions, "recorded/response_openpositions.json")
        == .answer(
          .openPositions([Position(instrument: Sample.id("PF_LTCUSD"), signedLots: 10)])))
  }

  @Test func `documented positions are signed, foreign ones are counted`() throws {
    let text = try SharedFiles.text(documented("get-open-positions.success"))
    let both = try Sample.inverse().merging(Sample.instruments()) { first, _ in first }
    let judge = AnswerJudge(
      .openPositions, .answered(status: 200, body: Array(text.utf8)), instruments: both)
    #expect(
      try judge.outcome
        == .answer(
          .openPositions([
            Position(instrument: Sample.id("PI_XBTUSD"), signedLots: -10_000),
            Position(instrument: Sample.id("PF_DEFIUSD"), signedLots: 1),
          ])))
    #expect(judge.skipped == 1)
    #expect(judge.serverTime == WallTime(milliseconds: 1_595_428_752_376))
    #expect(
      try outcome(.openPositions, documented("get-open-positions.error"))
        == .refused(word: "apiLimitExceeded"))
  }

  @Test func `documented open orders`() throws {
    guard
      case .answer(.openOrders(let orders)) = try outcome(
        .openOrders, documented("get-open-orders.success"), Sample.inverse())
    else {
      Issue.record("not read")
      return
    }
    #expect(orders.map(\.unfilled.lots) == [304, 1501, 10_000, 10_000, 1000, 102, 1501])
    #expect(orders.first?.reduceOnly == true)
    #expect(orders.first?.side == .sell)
  }

  @Test func `recorded history shows placed and filled orders`() throws {
    func states(_ name: String) throws -> [VenueOrderState] {
      let window = VenueRequest.orderHistory(
        since: WallTime(milliseconds: 0), before: WallTime(milliseconds: 1))
      guard case .answer(.orderHistory(let events)) = try outcome(window, "recorded/\(name).json")
      else { return [] }
      #expect(events.allSatisfy { $0.clientOrderID == nil })
      return events.map(\.state)
    }
    #expect(try states("response_history_orders_placed_limit") == [.working])
    #expect(try states("response_history_orders_market_filled") == [.filled])
    #expect(try states("response_history_orders_full_fill") == [.filled])
  }

  @Test func `documented account`() throws {
    #expect(
      try outcome(.account, documented("get-accounts.success"))
        == .answer(
          .account(
            AccountSnapshot(
              equity: Money(micros: 34_995_520_000), availableMargin: Money(micros: 34_122_660_000),
              time: WallTime(milliseconds: 1_456_393_553_818)))))
  }

  @Test func `documented instruments: linear perpetuals only`() throws {
    let text = try SharedFiles.text(documented("get-instruments.success"))
    let judge = AnswerJudge(
      .instruments, .answered(status: 200, body: Array(text.utf8)), instruments: [:])
    #expect(judge.skipped == 2)
    let tiers = [
      ("0", "0.02", "0.01"), ("500000", "0.04", "0.02"), ("2000000", "0.1", "0.05"),
      ("5000000", "0.2", "0.1"), ("10000000", "0.3", "0.15"), ("30000000", "0.5", "0.25"),
    ]
    let expected = try #require(
      Instrument(
        id: Sample.id("PF_XBTUSD"), tickSize: Sample.decimal("1"),
        lotSize: Sample.decimal("0.0001"), maxPosition: Quantity(lots: 10_000_000_000),
        initialMargin: Sample.decimal("0.02"), marginTiers: tiers.map(Sample.tier),
        makerProtectionMilliseconds: 0, tradeable: true))
    #expect(judge.outcome == .answer(.instruments([expected])))
  }

  @Test func `documented and recorded tickers`() throws {
    #expect(
      try outcome(.tickers, documented("get-tickers.success"), Sample.inverse())
        == .answer(
          .tickers([
            Ticker(
              instrument: Sample.id("PI_XBTUSD"),
              time: MarketTime(milliseconds: 1_655_462_795_705), bid: Price(ticks: 17_268),
              ask: Price(ticks: 98_578), last: Price(ticks: 98_578), mark: Price(ticks: 60_420),
              figures: TickerFigures(
                index: Price(ticks: 42_176), bidQuantity: Quantity(lots: 1000),
                askQuantity: Quantity(lots: 139_984)))
          ])))
    #expect(
      try outcome(.tickers, "recorded/response_tickers_single.json")
        == .answer(
          .tickers([
            Ticker(
              instrument: Sample.id("PF_DOGEUSD"),
              time: MarketTime(milliseconds: 1_770_571_933_922), bid: Price(ticks: 96_234),
              ask: Price(ticks: 96_253), last: Price(ticks: 96_326), mark: Price(ticks: 96_242),
              figures: TickerFigures(
                index: Price(ticks: 96_257), bidQuantity: Quantity(lots: 100),
                askQuantity: Quantity(lots: 1714)))
          ])))
  }

  @Test func `candles of a client's suite`() throws {
    let request = VenueRequest.candles(
      try Sample.id("PF_LTCUSD"), .oneHour, from: MarketTime(milliseconds: 0), to: nil)
    guard
      case .answer(.candles(let candles)) = try outcome(
        request, "clients/nautilus/http_futures_candles_trade.json")
    else {
      Issue.record("not read")
      return
    }
    #expect(
      candles.map(\.openTime.milliseconds) == [
        1_731_715_200_000, 1_731_718_800_000, 1_731_722_400_000,
      ])
    #expect(candles.first?.high == Price(ticks: 9_137_350))
    #expect(candles.first?.volume == Quantity(lots: 31_949_900))
  }
}
