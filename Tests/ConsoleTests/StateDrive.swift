import Daemon
import Domain
import Testing
import Wire

@testable import Console

/// A console's state that has heard a few things, without a process.
enum StateDrive {
  static let now: Int64 = 1_700_000_100_000
  static let id = InstrumentID(unchecked: "PF_XBTUSD")

  static func instrument() throws -> Instrument {
    let size = try #require(ExactDecimal("0.5"))
    let lot = try #require(ExactDecimal("0.001"))
    let margin = try #require(ExactDecimal("0.02"))
    return try #require(
      Instrument(
        id: id, tickSize: size, lotSize: lot, maxPosition: Quantity(lots: 1_000_000),
        initialMargin: margin, makerProtectionMilliseconds: 0, tradeable: true))
  }

  static func signal(_ name: String = "breakout/PF_XBTUSD/1") -> Signal {
    Signal(
      id: SignalID(unchecked: name), strategy: StrategyID(unchecked: "breakout"), instrument: id,
      direction: .long, setup: SetupID(unchecked: "s"), worstPrice: Price(ticks: 200_100),
      stop: Price(ticks: 199_000), takeProfits: [], decidedAt: MarketTime(milliseconds: 60_000),
      validUntil: WallTime(milliseconds: now))
  }

  static func hash(_ byte: UInt8 = 1) throws -> IntentHash {
    try #require(IntentHash(bytes: [UInt8](repeating: byte, count: 32)))
  }

  static func relayed(_ body: StreamBody, source: String = "risk-gate") -> Subscriber.Reception {
    let inner = StreamMessage(source: source, epoch: 1, sequence: 1, body: body)
    return .message(
      StreamMessage(source: "tap-relay", epoch: 1, sequence: 1, body: .relayed(inner)))
  }

  static func event(_ number: Int64, _ body: LedgerEvent.Body, at: Int64 = now) -> LedgerEvent {
    LedgerEvent(number: number, time: WallTime(milliseconds: at), body: body)
  }

  static func report(
    _ role: OrderRole, _ status: OrderStatus, lots: Int64 = 0, id order: String = "o-entry"
  ) throws -> LedgerEvent.Body {
    .execution(
      ExecutionReport(
        intent: try hash(), signal: signal().id, clientOrderID: ClientOrderID(unchecked: order),
        role: role, instrument: id, status: status, cumulativeQuantity: Quantity(lots: lots),
        text: ""))
  }

  static func fill(_ lots: Int64, _ side: Side, ticks: Int64?, number: Int = 1) -> Fill {
    Fill(
      id: ExecutionID(unchecked: "f\(number)"), instrument: id, side: side,
      quantity: Quantity(lots: lots), price: ticks.map { Price(ticks: $0) },
      time: WallTime(milliseconds: now), venueOrderID: VenueOrderID(unchecked: "v"),
      clientOrderID: ClientOrderID(unchecked: "o-entry"))
  }

  static func account(_ usd: Int64) -> LedgerEvent.Body {
    .account(
      AccountSnapshot(
        equity: Money(micros: usd * 1_000_000), availableMargin: Money(micros: usd * 1_000_000),
        time: WallTime(milliseconds: now)))
  }

  static func trade() throws -> ClosedTrade {
    let time = WallTime(milliseconds: now)
    return ClosedTrade(
      intent: try hash(2), signal: SignalID(unchecked: "breakout/PF_XBTUSD/0"),
      strategy: StrategyID(unchecked: "breakout"), setup: nil, instrument: id, direction: .long,
      quantity: Quantity(lots: 10), entryPrice: nil, exitPrice: nil, openedAt: time,
      closedAt: time, profit: nil, fees: Money(micros: 2_500_000), end: .stop, equity: nil)
  }

  static func ticker(mark: Int64) -> StreamBody {
    .ticker(
      Ticker(
        instrument: id, time: MarketTime(milliseconds: 120_000), bid: Price(ticks: mark),
        ask: Price(ticks: mark), last: Price(ticks: mark), mark: Price(ticks: mark)),
      readAt: WallTime(milliseconds: now))
  }

  /// One decision denied, one filled; a latch, a stage that is away, one position.
  static func busy() throws -> ConsoleState {
    var state = ConsoleState(configuration: .defaults(profile: .demo), now: now)
    state.market.learn(try instrument())
    let empty = StreamReply(epoch: 1, sequence: 0)
    state.hear(replay: empty)
    let time = WallTime(milliseconds: now)
    let other = signal("breakout/PF_XBTUSD/2")
    let denial = Denial(.maxPositions, "open=4 limit=4")
    let bodies: [StreamBody] = [
      ticker(mark: 200_000), .signal(signal()), .signal(other),
      .decision(
        Decision(
          signal: signal(), verdict: .accepted(try hash()), quantity: Quantity(lots: 10),
          time: time,
          checks: [RiskCheck(control: "max_positions", passed: false, value: "4", bound: "< 4")])),
      .decision(
        Decision(signal: other, verdict: .denied([denial]), quantity: .zero, time: time)),
    ]
    for body in bodies { state.hear(relayed(body), now: now) }
    let intent = OrderIntent(signal: signal(), quantity: Quantity(lots: 10), equity: .zero)
    let events: [LedgerEvent.Body] = [
      .intentAccepted(try hash(), intent), account(100_000), try report(.entry, .sending),
      try report(.entry, .filled, lots: 10), .fill(fill(10, .buy, ticks: 199_900)),
      .position(Position(instrument: id, signedLots: 10)),
      try report(.stop, .working, id: "o-stop"), account(99_000), .tradeClosed(try trade()),
    ]
    for (index, body) in events.enumerated() {
      // The first two were there before this process, and are not timed.
      let event = event(Int64(index + 1), body)
      state.hear(relayed(.event(event), source: "order-router"), now: now)
    }
    state.pipeline.status = status()
    state.pipeline.statusAt = now
    state.pipeline.latch = PipelineView.Latch(isActive: true)
    state.pipeline.usage = [
      "order-router": PipelineView.Usage(residentBytes: 1, cpuSeconds: 1)
    ]
    state.pipeline.router = PipelineView.Router(
      phase: "ready", tradingState: "active", openIntents: 1, unknown: 0, held: 0, unprotected: 0,
      frozen: 0, locks: 1, intentHashes: 1, equity: nil, meter: try RouterReportTests.report())
    state.pipeline.routerAt = now
    state.pipeline.positionsAt = now
    state.pipeline.openOrders = [
      PipelineView.OrderRow(
        clientOrderId: "o-stop", intent: "\(try hash())", role: "stop", instrument: id.symbol,
        side: "sell", type: "stp", quantity: "0.01", filled: "0", status: "working", text: "",
        sentMs: now, price: "99500", change: nil, venueOrderId: "v2")
    ]
    return state
  }

  static func status() -> PipelineStatus {
    func stage(_ name: String, _ state: String, _ words: [String: String]) -> PipelineStatus.Stage {
      PipelineStatus.Stage(
        name: name, pid: 7, state: state, generation: 1, restarts: 0,
        heartbeatAgeMilliseconds: 100, status: words)
    }
    return PipelineStatus(
      profile: .demo, account: "demo", build: "b", pid: 1, uptimeSeconds: 5, state: "running",
      alerts: [],
      stages: [
        stage(
          "order-router", "ready",
          ["intents": "1", "orders": "2", "fills": "1", "events": "8"]),
        stage("risk-gate", "backoff", [:]), stage("market-data", "ready", ["stale": "false"]),
      ])
  }
}

extension InstrumentID {
  init(unchecked symbol: String) {
    guard let id = InstrumentID(symbol) else { fatalError("\(symbol) is no instrument") }
    self = id
  }
}
