import Domain
import Wire

@testable import RiskGate

/// For each control what makes it say no, and what takes away what it needs.
///
/// A control without a row fails the tests.
enum ControlProbes {
  typealias Change = @Sendable (inout Scene) -> Void

  /// Sizing keeps to these, so no formed size is above them; the view alone can show their no.
  static let formed: Set<ControlID> = [.venueMaximum, .leverage, .positionMargin]

  static func spoil(_ id: ControlID) -> Change? {
    whoAndWhat[id] ?? data[id] ?? prices[id] ?? size[id] ?? aggregates[id] ?? state[id]
      ?? locks[id]
  }

  private static let whoAndWhat: [ControlID: Change] = [
    .coherentPrices: { $0.signal = Sample.signal(stop: 202_000) },
    .validity: { $0.signal = Sample.signal(valid: 0) },
    .strategy: { $0.limits.strategies = [StrategyID(unchecked: "other")] },
    .instrument: { $0.signal = Sample.signal(symbol: "PF_XRPUSD") },
    .tradeable: { $0.instruments[0] = Sample.instrument(tradeable: false) },
    .blocklist: { $0.limits.blocklist = ["XBT"] },
    .tradingState: {
      $0.bodies = [
        .risk(
          .tradingState(
            RiskTradingState(
              word: "reducing", why: "test", by: "test",
              at: WallTime(milliseconds: Sample.wall))))
      ]
    },
  ]

  private static let data: [ControlID: Change] = [
    .marketAge: { $0.readings[0] = Sample.reading(at: -5001) },
    .staleStreams: {
      $0.notes = [ControlNote(state: "stale", generation: 1, detail: "PF_XBTUSD trades")]
    },
    .accountAge: { $0.accountAge = 60_001 },
    .clockSkew: { $0.readings[0] = Sample.reading(at: 1001) },
    .signalAge: { $0.readings[1] = Sample.reading("PF_ETHUSD", time: 180_001) },
    .signalAhead: { $0.signal = Sample.signal(decided: 120_001) },
    .healthyData: { scene in
      scene.instruments += (1...3).map { Sample.instrument("PF_A\($0)USD") }
      scene.readings[1] = Sample.reading("PF_ETHUSD", at: -5001)
    },
    .crossedBook: { $0.readings[0] = Sample.reading(bid: 200_001, ask: 200_000) },
  ]

  private static let prices: [ControlID: Change] = [
    .spread: { $0.readings[0] = Sample.reading(bid: 200_000, ask: 201_001) },
    .basis: { $0.readings[0] = Sample.reading(index: 198_511) },
    .collar: { $0.signal = Sample.signal(worst: 202_001) },
    .collarWindow: { $0.earlier = [Sample.reading(mark: 194_174, at: -1000)] },
    .stopDistance: { $0.signal = Sample.signal(stop: 199_901) },
    .stopPassed: { $0.readings[0] = Sample.reading(mark: 198_000) },
    .shock: { $0.earlier = [Sample.reading(mark: 190_476, at: -1000)] },
  ]

  private static let size: [ControlID: Change] = [
    .equity: { $0.account = Sample.account(equity: 9, available: 9) },
    .sizingInput: { $0.limits.sizing = .volatility },
    .size: { $0.instruments[0] = Sample.instrument(most: 0) },
    .minimumNotional: { $0.limits[.minimumNotional] = 50_000_000_001 },
    .notional: { $0.limits[.maximumNotional] = 9_999_999 },
    .venueLeverage: { $0.instruments[0] = Sample.instrument(margin: "0.41") },
    .loss: { $0.limits[.maximumLoss] = 499_999_999 },
    .availableMargin: {
      $0.instruments[0] = Sample.instrument(tiers: [("0", "0.02"), ("10000", "0.5")])
      $0.account = Sample.account(available: 20_000)
    },
  ]

  private static let aggregates: [ControlID: Change] = [
    .positionShare: { $0.limits[.positionShare] = 19_999_999 },
    .instrumentNotional: { $0.bodies = [Scene.position("PF_XBTUSD", lots: 1)] },
    .aggregateNotional: { $0.bodies = [Scene.position(lots: 15_001)] },
    .aggregateMargin: {
      $0.bodies = [Scene.position(lots: 14_000)]
      $0.limits[.aggregateMargin] = 75_999_999
    },
    .liquidationBuffer: {
      $0.bodies = [Scene.position(lots: 15_000)]
      $0.limits[.liquidationBuffer] = 49_000_000
    },
    .proxyLeverage: {
      $0.withoutTiers()
      $0.bodies = [Scene.position(lots: 10_000)]
      $0.limits[.proxyShare] = 59_999_999
    },
    .freeMargin: {
      $0.withoutTiers()
      $0.limits[.freeMargin] = 80_000_001
    },
    .depth: { $0.readings[0] = Sample.reading(resting: 4999) },
    .costCap: {
      $0.signal = Sample.signal(setup: "ob-1")
      $0.limits[.costCap] = 124_999
    },
    .rewardRisk: { $0.signal = Sample.signal(profit: 202_999, setup: "fvg-1") },
    .distortion: { $0.limits[.distortion] = 24_999_999 },
    .edge: { $0.signal = Sample.signal(profit: 202_499) },
  ]

  private static let state: [ControlID: Change] = [
    .positions: {
      $0.limits[.maximumPositions] = 1
      $0.bodies = [Scene.position(lots: 1)]
    },
    .entriesPerTenSeconds: {
      $0.limits[.entriesPerTenSeconds] = 1
      $0.bodies = entry
    },
    .entriesPerMinute: {
      $0.limits[.entriesPerMinute] = 1
      $0.bodies = entry
    },
    .positionCount: {
      $0.limits[.positionsDegraded] = 1
      $0.bodies = [Scene.position(lots: -1)]
    },
    .dailyLoss: { $0.dayStart = 105_264 },
    .drawdown: { $0.peak = 111_112 },
    .marginUtilisation: { $0.account = Sample.account(available: 15_000) },
  ]

  /// An entry that ended without a fill: it counts for the rate alone.
  private static let entry: [LedgerEvent.Body] = [
    .intentAccepted(
      Sample.hash(7), Sample.intent(Sample.signal("e", symbol: "PF_ETHUSD"))),
    Sample.execution(Sample.hash(7), Sample.signal("e", symbol: "PF_ETHUSD"), .cancelled),
  ]

  private static let locks: [ControlID: Change] = Dictionary(
    uniqueKeysWithValues: RiskLock.Kind.allCases.map { kind in
      let change: Change = { $0.bodies = [Scene.lock(kind)] }
      return (Control.lock(kind), change)
    })

  /// What takes away what a control needs, where something else than its own presence does.
  static let starve: [ControlID: Change] = [
    .basis: { $0.readings[0] = Scene.withoutFigures() },
    .depth: { $0.readings[0] = Sample.reading(resting: nil) },
    .liquidationBuffer: { $0.withoutTiers(proxy: false) },
    .aggregateNotional: { $0.bodies = [Scene.position("PF_NEWUSD", lots: 1)] },
    .aggregateMargin: { $0.bodies = [Scene.position("PF_NEWUSD", lots: 1)] },
    .instrumentNotional: { $0.bodies = [Scene.position("PF_NEWUSD", lots: 1)] },
    .positionShare: { $0.bodies = [Scene.position("PF_NEWUSD", lots: 1)] },
    .marketAge: { $0.readings[0] = Sample.reading("PF_SOLUSD") },
    .instrument: { $0.instruments.removeFirst() },
  ]
}

extension Scene {
  mutating func withoutTiers(proxy: Bool = true) {
    instruments = ["PF_XBTUSD", "PF_ETHUSD"].map { Sample.instrument($0, tiers: []) }
    limits[.liquidationProxy] = proxy ? 1 : 0
  }

  static func withoutFigures() -> TickerReading {
    let reading = Sample.reading()
    var ticker = reading.ticker
    ticker.figures = nil
    return TickerReading(ticker: ticker, readAt: reading.readAt)
  }
}
