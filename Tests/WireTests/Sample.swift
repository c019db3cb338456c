import Domain
import Testing

@testable import Wire

/// Values that several tests send.
enum Sample {
  static let token: [UInt8] = Array(1...16)
  static let build = "0123456789abcdef"
  static let wall = WallTime(milliseconds: 1_760_000_000_000)
  static let far = WallTime(milliseconds: 1_860_000_000_000)

  static func id(_ symbol: String = "PF_XBTUSD") throws -> InstrumentID {
    try #require(InstrumentID(symbol))
  }

  static func signal(_ id: String = "breakout/PF_XBTUSD/1", takeProfit: Int64? = 130) throws
    -> Signal
  {
    Signal(
      id: try #require(SignalID(id)), strategy: try #require(StrategyID("breakout")),
      instrument: try Self.id(), direction: .long, setup: try #require(SetupID("high@17")),
      worstPrice: Price(ticks: 110), stop: Price(ticks: 100),
      takeProfits: takeProfit.map { [Price(ticks: $0)] } ?? [],
      decidedAt: MarketTime(milliseconds: 1_700_000_040_000), validUntil: wall)
  }

  static func intent(_ id: String = "breakout/PF_XBTUSD/1") throws -> OrderIntent {
    OrderIntent(
      signal: try signal(id), quantity: Quantity(lots: 25), equity: Money(micros: 10_000_000_000))
  }

  static func hash(_ byte: UInt8 = 7) throws -> IntentHash {
    try #require(IntentHash(bytes: Array(repeating: byte, count: 32)))
  }

  static let denied = Verdict.denied([
    Denial(.maxPositions, "positions=3 limit=3"), Denial(.staleMarketData),
  ])

  static func candle(_ minute: Int64 = 0, _ timeframe: Timeframe = .oneMinute) throws -> Candle {
    let candle = Candle(
      instrument: try id(), timeframe: timeframe,
      openTime: MarketTime(milliseconds: minute * timeframe.milliseconds),
      open: Price(ticks: 100), high: Price(ticks: 120), low: Price(ticks: 90),
      close: Price(ticks: 110), volume: Quantity(lots: 5))
    return try #require(candle)
  }

  static func ticker() throws -> Ticker {
    Ticker(
      instrument: try id(), time: MarketTime(milliseconds: 1_700_000_000_123),
      bid: Price(ticks: 100), ask: Price(ticks: 101), last: Price(ticks: 100),
      mark: Price(ticks: 99))
  }

  static func instrument() throws -> Instrument {
    let instrument = Instrument(
      id: try id(), tickSize: try #require(ExactDecimal("0.5")),
      lotSize: try #require(ExactDecimal("0.0001")), maxPosition: Quantity(lots: 1_000_000),
      initialMargin: try #require(ExactDecimal("0.02")), makerProtectionMilliseconds: 5,
      tradeable: true)
    return try #require(instrument)
  }

  static func report(_ status: OrderStatus, _ role: OrderRole) throws -> ExecutionReport {
    ExecutionReport(
      intent: try hash(), signal: try #require(SignalID("s1")),
      clientOrderID: try #require(ClientOrderID("01020304-0506-8708-890a-0b0c0d0e0f10")),
      role: role, instrument: try id(), status: status, cumulativeQuantity: Quantity(lots: 3),
      text: status == .rejected ? "insufficientAvailableFunds" : "")
  }

  static func fill(price: Int64?, client: String?) throws -> Fill {
    Fill(
      id: try #require(ExecutionID("f-1")), instrument: try id(), side: .sell,
      quantity: Quantity(lots: 4), price: price.map(Price.init(ticks:)), time: wall,
      venueOrderID: try #require(VenueOrderID("v-1")),
      clientOrderID: try client.map { try #require(ClientOrderID($0)) })
  }

  /// Every kind of ledger event, each status and role among them.
  static func events() throws -> [LedgerEvent] {
    var bodies: [LedgerEvent.Body] = [
      .intentAccepted(try hash(), try intent()),
      .intentDenied(try hash(), try #require(SignalID("s1")), Denial(.symbolLocked, "by=s0")),
      .fill(try fill(price: 100, client: "01020304-x")), .fill(try fill(price: nil, client: nil)),
      .position(Position(instrument: try id(), signedLots: -25)),
      .account(
        AccountSnapshot(equity: Money(micros: -5), availableMargin: Money(micros: 0), time: wall)),
      .state("halted: the ledger is full"),
    ]
    bodies += try risk()
    for status in OrderStatus.allCases { bodies.append(.execution(try report(status, .entry))) }
    for role in OrderRole.allCases { bodies.append(.execution(try report(.working, role))) }
    return bodies.enumerated().map {
      LedgerEvent(number: Int64($0.offset) + 1, time: wall, body: $0.element)
    }
  }

  /// Every kind of stream body.
  static func bodies() throws -> [StreamBody] {
    var bodies: [StreamBody] = [
      .ticker(try ticker(), readAt: wall), .instrument(try instrument()), .signal(try signal()),
      .signal(try signal(takeProfit: nil)),
      .decision(
        Decision(
          signal: try signal(), verdict: .accepted(try hash()), quantity: Quantity(lots: 25),
          time: wall)),
      .decision(
        Decision(
          signal: try signal(), verdict: denied, quantity: .zero, time: wall,
          checks: [
            RiskCheck(control: "max_positions", passed: false, value: "5", bound: "4"),
            RiskCheck(control: "collar", passed: true, value: "0.1%", bound: "1%"),
          ])),
      .control(ControlNote(state: "started", generation: 3, detail: "")),
      .exitDecision(ExitDecision(exit: exit(), verdict: denied, time: wall)),
      .explanation(explanation(try candle(9, .oneHour))),
    ]
    bodies += try Timeframe.allCases.map { .candle(try candle(9, $0)) }
    bodies += try events().map { .event($0) }
    return bodies + bodies.map { .relayed(message($0, 5)) }
  }

  static func message(
    _ body: StreamBody, _ sequence: UInt64, epoch: UInt64 = 11, source: String = "market-data"
  ) -> StreamMessage {
    StreamMessage(source: source, epoch: epoch, sequence: sequence, body: body)
  }

  static func note(_ number: Int) -> StreamBody {
    .control(ControlNote(state: "note", generation: UInt64(number), detail: ""))
  }

  /// A reply with something in each list.
  static func reply() throws -> StreamReply {
    StreamReply(
      epoch: 4, sequence: 17, newestEvent: 9, instruments: [try instrument()],
      candles: try (0..<Int64(Question.most)).map { try candle($0) },
      tickers: [TickerReading(ticker: try ticker(), readAt: wall)], events: try events())
  }

  /// Every kind of link frame.
  static func linkFrames() throws -> [LinkFrame] {
    [
      .hello(LinkHello(epoch: 5, token: token, build: build, source: "risk-gate")),
      .welcome(epoch: 5, receiverEpoch: 6),
      .data(epoch: 5, sequence: 1, payload: Codec.encode(try intent())),
      .acknowledgement(epoch: 5, sequence: 1, .accepted(try hash())),
      .acknowledgement(epoch: 5, sequence: 2, denied),
      .data(epoch: 5, sequence: 2, payload: Codec.encode(exit())),
      .refusal(epoch: 5, reason: "build a is not b"),
      .report(
        epoch: 5,
        report(.position(Position(instrument: try signal().instrument, signedLots: -7)))),
    ]
  }

  static func exit() -> ExitProposal {
    ExitProposal(
      id: SignalID(unchecked: "s/PF_XBTUSD/1/exit"), strategy: StrategyID(unchecked: "s"),
      instrument: instrumentID, signal: SignalID(unchecked: "s/PF_XBTUSD/0/long"),
      reason: ExitWord(unchecked: "CROSSED_BACK"), decidedAt: MarketTime(milliseconds: 60_000),
      validUntil: wall)
  }

  static func report(_ body: StrategyReport.Body) -> StrategyReport {
    StrategyReport(
      number: 12, strategy: StrategyID(unchecked: "s"),
      signal: SignalID(unchecked: "s/PF_XBTUSD/0/long"), body: body)
  }

  private static func explanation(_ candle: Candle) -> Explanation {
    Explanation(
      strategy: StrategyID(unchecked: "s"), instrument: candle.instrument,
      timeframe: candle.timeframe, decidedAt: candle.closeTime, reason: "INSIDE_CHANNEL",
      signal: nil, values: [DecisionValue("close", "7")])
  }

  private static var instrumentID: InstrumentID {
    guard let id = InstrumentID("PF_XBTUSD") else { fatalError("PF_XBTUSD is an instrument") }
    return id
  }
}
