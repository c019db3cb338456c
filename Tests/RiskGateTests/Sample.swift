import Domain
import Wire

@testable import RiskGate

/// A world in which the sample signal passes.
enum Sample {
  static let wall: Int64 = 1_800_000_000_000

  static func id(_ symbol: String) -> InstrumentID {
    guard let id = InstrumentID(symbol) else { fatalError("\(symbol) is an instrument") }
    return id
  }

  static func decimal(_ text: String) -> ExactDecimal {
    guard let decimal = ExactDecimal(text) else { fatalError("\(text) is a number") }
    return decimal
  }

  static func instrument(
    _ symbol: String = "PF_XBTUSD", tick: String = "0.5", lot: String = "0.0001",
    margin: String = "0.02", most: Int64 = 10_000_000, tradeable: Bool = true,
    tiers: [(String, String)]? = nil
  ) -> Instrument {
    guard
      let instrument = Instrument(
        id: id(symbol), tickSize: decimal(tick), lotSize: decimal(lot),
        maxPosition: Quantity(lots: most), initialMargin: decimal(margin),
        marginTiers: (tiers ?? [("0", margin)]).map { tier($0.0, $0.1) },
        makerProtectionMilliseconds: 0, tradeable: tradeable)
    else { fatalError("the steps are positive") }
    return instrument
  }

  /// Tiers of which maintenance is half the initial margin.
  private static func tier(_ threshold: String, _ margin: String) -> MarginTier {
    let initial = decimal(margin)
    guard
      let half = ExactDecimal(mantissa: initial.mantissa * 5, exponent: initial.exponent - 1),
      let tier = MarginTier(
        threshold: decimal(threshold), initialMargin: initial, maintenanceMargin: half)
    else { fatalError("half a margin is one") }
    return tier
  }

  /// Half a percent at the stop, and no objection to a wide setup's costs.
  static let limits: GateLimits = {
    var limits = GateLimits()
    limits[.riskPerTrade] = 500_000
    limits[.distortion] = 100_000_000_000
    return limits
  }()

  /// Long at 100 000 USD at worst, stop at 99 000.
  static func signal(
    _ name: String = "s1", symbol: String = "PF_XBTUSD", direction: Direction = .long,
    worst: Int64 = 200_000, stop: Int64 = 198_000, profit: Int64? = nil, valid: Int64 = 10_000,
    setup: String = "high-1", decided: Int64 = 60_000
  ) -> Signal {
    Signal(
      id: SignalID(unchecked: name), strategy: StrategyID(unchecked: "breakout"),
      instrument: id(symbol), direction: direction, setup: SetupID(unchecked: setup),
      worstPrice: Price(ticks: worst), stop: Price(ticks: stop),
      takeProfits: profit.map { [Price(ticks: $0)] } ?? [],
      decidedAt: MarketTime(milliseconds: decided),
      validUntil: WallTime(milliseconds: wall + valid))
  }

  static func reading(
    _ symbol: String = "PF_XBTUSD", mark: Int64 = 200_000, at milliseconds: Int64 = 0,
    bid: Int64? = nil, ask: Int64? = nil, index: Int64? = nil, resting: Int64? = 1_000_000,
    time: Int64 = 0
  ) -> TickerReading {
    let price = Price(ticks: mark)
    let depth = resting.map { Quantity(lots: $0) }
    return TickerReading(
      ticker: Ticker(
        instrument: id(symbol), time: MarketTime(milliseconds: time),
        bid: Price(ticks: bid ?? mark), ask: Price(ticks: ask ?? mark), last: price, mark: price,
        figures: TickerFigures(
          index: Price(ticks: index ?? mark), bidQuantity: depth, askQuantity: depth)),
      readAt: WallTime(milliseconds: wall + milliseconds))
  }

  static func account(equity: Int64 = 100_000, available: Int64 = 100_000) -> AccountSnapshot {
    AccountSnapshot(
      equity: Money(micros: equity * 1_000_000),
      availableMargin: Money(micros: available * 1_000_000), time: WallTime(milliseconds: wall))
  }

  static func hash(_ byte: UInt8) -> IntentHash {
    guard let hash = IntentHash(bytes: [UInt8](repeating: byte, count: 32)) else {
      fatalError("a hash has 32 bytes")
    }
    return hash
  }

  static func intent(_ signal: Signal) -> OrderIntent {
    OrderIntent(signal: signal, quantity: Quantity(lots: 10), equity: account().equity)
  }

  static func event(_ number: Int64, _ body: LedgerEvent.Body, at: Int64 = 0) -> LedgerEvent {
    LedgerEvent(number: number, time: WallTime(milliseconds: wall + at), body: body)
  }

  static func execution(
    _ hash: IntentHash, _ signal: Signal, _ status: OrderStatus, filled: Int64 = 0,
    role: OrderRole = .entry
  ) -> LedgerEvent.Body {
    .execution(
      ExecutionReport(
        intent: hash, signal: signal.id, clientOrderID: ClientOrderID(unchecked: "c"),
        role: role, instrument: signal.instrument, status: status,
        cumulativeQuantity: Quantity(lots: filled), text: ""))
  }
}

/// A gate and everything it did.
struct GateDrive {
  var machine: GateMachine
  var clock: Int64 = 0
  var ledger: [LedgerEvent] = []
  var forwarded: [OrderIntent] = []
  var decisions: [(offers: [UInt64], decision: Decision)] = []
  var answers: [(offer: UInt64, verdict: Verdict)] = []
  var forwardedExits: [ExitProposal] = []
  var exitDecisions: [(offers: [UInt64], decision: ExitDecision)] = []
  var reports: [StrategyReport] = []
  var alerts: [String] = []
  var ledgerAsks: [Int64] = []
  var marketAsks = 0
  var judgements: [EntryJudgement?] = []
  var proposals: [RiskProposal] = []

  init(_ limits: GateLimits = Sample.limits) {
    machine = GateMachine(limits: limits)
  }

  /// A gate that knows market, account and the whole ledger.
  static func ready(
    _ limits: GateLimits = Sample.limits, symbols: [String] = ["PF_XBTUSD", "PF_ETHUSD"],
    account: AccountSnapshot = Sample.account()
  ) -> GateDrive {
    var drive = GateDrive(limits)
    drive.step(
      .marketSnapshot(
        StreamReply(
          epoch: 1, sequence: 1, instruments: symbols.map { Sample.instrument($0) },
          tickers: symbols.map { Sample.reading($0) })))
    drive.write(.account(account))
    drive.replay()
    return drive
  }

  var now: GateTime {
    GateTime(
      machine: MachineTime(nanoseconds: (clock + 10_000) * 1_000_000),
      wall: WallTime(milliseconds: Sample.wall + clock))
  }

  mutating func step(_ event: GateEvent) {
    for effect in machine.step(event, now: now) {
      switch effect {
      case .forward(let intent): forwarded.append(intent)
      case .forwardExit(let exit): forwardedExits.append(exit)
      case .decideExit(let offers, let decision): exitDecisions.append((offers, decision))
      case .report(let report): reports.append(report)
      case .decide(let offers, let decision, let judgement):
        decisions.append((offers, decision))
        judgements.append(judgement)
      case .propose(let proposal): proposals.append(proposal)
      case .answer(let offer, let verdict): answers.append((offer, verdict))
      case .askMarket: marketAsks += 1
      case .askLedger(let from): ledgerAsks.append(from)
      case .alert(let text): alerts.append(text)
      }
    }
  }

  /// Adds to the router's ledger.
  mutating func write(_ body: LedgerEvent.Body) {
    ledger.append(Sample.event(Int64(ledger.count + 1), body, at: clock))
  }

  /// Adds to the router's ledger, and the gate hears it.
  mutating func tell(_ body: LedgerEvent.Body) {
    write(body)
    if let event = ledger.last { step(.ledger(event)) }
  }

  /// Answers the newest question about the ledger, `count` events at a time.
  mutating func replay(count: Int = 1000) {
    let from = Int(ledgerAsks.last ?? 1)
    step(
      .replay(
        StreamReply(
          epoch: 1, sequence: 1, newestEvent: Int64(ledger.count),
          events: Array(ledger.dropFirst(from - 1).prefix(count)))))
  }

  var lastReasons: [DenialReason] {
    guard case .denied(let denials) = decisions.last?.decision.verdict else { return [] }
    return denials.map(\.reason)
  }
}
