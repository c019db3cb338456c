import Domain
import RiskGate
import SignalService
import SimulatedVenue
import Testing

@testable import Simulation

/// A short market of one contract whose every price is given by hand.
struct BacktestScene {
  static let id = InstrumentID("PF_XBTUSD")
  /// 2025-06-02 10:00 UTC, a Monday.
  static let start: Int64 = 1_748_858_400_000
  static let minute: Int64 = 60_000

  /// Open, high, low, close of consecutive minutes.
  var minutes: [(Int64, Int64, Int64, Int64)] = []
  var gapAfter: Set<Int> = []

  init() {}

  mutating func flat(_ price: Int64, minutes count: Int) {
    minutes += Array(repeating: (price, price, price, price), count: count)
  }

  mutating func bar(_ open: Int64, _ high: Int64, _ low: Int64, _ close: Int64) {
    minutes.append((open, high, low, close))
  }

  func candles() throws -> [Candle] {
    let id = try #require(Self.id)
    return try minutes.enumerated().map { index, prices in
      try #require(
        Candle(
          instrument: id, timeframe: .oneMinute,
          openTime: MarketTime(milliseconds: Self.start + Int64(index) * Self.minute),
          open: Price(ticks: prices.0), high: Price(ticks: prices.1), low: Price(ticks: prices.2),
          close: Price(ticks: prices.3), volume: Quantity(lots: 1000)))
    }
  }

  /// Settings without any delay, so that everything happens at the moment of its cause.
  static func settings(_ kind: StrategyKind) -> BacktestSettings {
    var settings = BacktestSettings(kinds: [kind])
    settings.latency.candle = 0
    settings.latency.decision = 0
    settings.latency.network = 0
    open(&settings.limits)
    return settings
  }

  /// Limits that deny nothing: what is tested is what happens after the gate.
  static func open(_ limits: inout GateLimits) {
    for row in RiskLimit.all {
      limits[row.id] = row.tighter == .lower ? 1_000_000_000_000 : 0
    }
    limits[.riskPerTrade] = 500_000
    limits[.maximumNotional] = 50_000_000_000
    // As much as the venue's margin of 2 % allows.
    limits[.maximumLeverage] = 5_000_000_000
  }

  func run(
    _ settings: BacktestSettings, funding: FundingHistory? = nil, marks: [Candle]? = nil
  ) throws -> BacktestResult {
    let id = try #require(Self.id)
    let contract = BacktestContract(
      contract: try #require(StandardInstruments.contract(id)), timeframe: .oneMinute,
      candles: CandleList(try candles()), marks: marks.map { CandleList($0) }, funding: funding)
    return try Backtest([contract], settings).run()
  }
}

/// A strategy that does what it was told on the candles that were named.
struct Script: Strategy {
  /// By the number of the candle, from 0.
  let plan: [Int: Proposal]
  private var count = 0

  init(_ plan: [Int: Proposal]) { self.plan = plan }

  var memory: Int { 1 }

  mutating func on(_ event: StrategyEvent) -> [StrategyDecision] {
    guard case .candle(let candle) = event else { return [] }
    defer { count += 1 }
    return plan[count].map { [StrategyDecision(candle, .entry($0))] } ?? []
  }

  static func kind(_ plan: [Int: Proposal]) -> StrategyKind {
    StrategyKind(StrategyID(unchecked: "script"), timeframes: [.oneMinute]) { _ in Script(plan) }
  }
}

extension Proposal {
  /// Long from `worst` at most, out at `stop` or at `profits`.
  static func long(worst: Int64, stop: Int64, profits: [Int64]) -> Proposal {
    Proposal(
      direction: .long, setup: SetupID(unchecked: "level-\(worst)"),
      worstPrice: Price(ticks: worst), stop: Price(ticks: stop),
      takeProfits: profits.map { Price(ticks: $0) })
  }
}
