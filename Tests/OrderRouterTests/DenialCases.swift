import Domain
import Ledger

@testable import OrderRouter

/// For each denial of the router a situation that provokes it, and every reason that came with it.
enum DenialCases {
  typealias Case = @Sendable () throws -> [DenialReason]

  static let all: [DenialReason: Case] = proposals.merging(layers) { one, _ in one }
    .merging(state) { one, _ in one }.merging(limits) { one, _ in one }
    .merging(exits) { one, _ in one }

  private static func router(
    _ change: (inout RouterSettings) -> Void = { _ in }
  ) throws -> RouterBench {
    var settings = RouterSettings()
    change(&settings)
    return try RouterBench(settings)
  }

  private static func reasons(_ bench: RouterBench, _ name: String = "a") throws -> [DenialReason] {
    try bench.reasons(Sample.intent(name, at: bench.milliseconds))
  }

  /// The reason why a committed entry never left.
  private static func withheld(_ bench: RouterBench) throws -> [DenialReason] {
    try bench.offer(Sample.intent("w", at: bench.milliseconds))
    bench.holdsAnswers = false
    try bench.pass(milliseconds: 500, upTo: 15_000)
    return try bench.intents().compactMap(\.denial?.reason)
  }

  // MARK: - What is proposed

  private static let proposals: [DenialReason: Case] = [
    .malformed: {
      let bench = try router()
      return try bench.reasons(Sample.intent("a", at: bench.milliseconds, takeProfit: 950))
    },
    .expired: {
      let bench = try router()
      return try bench.reasons(Sample.intent("a", at: bench.milliseconds - 10_000))
    },
    .unknownInstrument: {
      let bench = try router()
      return try bench.reasons(Sample.intent("a", at: bench.milliseconds, on: Sample.other))
    },
    .instrumentNotTradeable: {
      let bench = try router()
      let listed = Sample.instrument
      guard
        let suspended = Instrument(
          id: listed.id, tickSize: listed.tickSize, lotSize: listed.lotSize,
          maxPosition: listed.maxPosition, initialMargin: listed.initialMargin,
          makerProtectionMilliseconds: 20, tradeable: false)
      else { return [] }
      bench.venue.instruments = [suspended, Sample.second]
      try bench.restart()
      try bench.pass(milliseconds: 500, upTo: 3000)
      return try reasons(bench)
    },
    .contentMismatch: {
      let bench = try router()
      try bench.offer(Sample.intent("a", at: bench.milliseconds))
      return try bench.reasons(Sample.intent("a", at: bench.milliseconds, setup: "other"))
    },
    .maxOrderSize: {
      let bench = try router()
      return try bench.reasons(Sample.intent("a", at: bench.milliseconds, lots: 1_000_001))
    },
  ]

  // MARK: - The five layers

  private static let layers: [DenialReason: Case] = [
    .duplicateIntent: {
      let bench = try router()
      bench.venue.fates = [.refused("marketSuspended")]
      try bench.offer(Sample.intent("a", at: bench.milliseconds, setup: "s"))
      return try bench.reasons(Sample.intent("b", at: bench.milliseconds, setup: "s"))
    },
    .symbolLocked: { try inFlight() },
    .intentPending: { try inFlight() },
    .positionExists: {
      let bench = try router()
      try bench.open("a")
      return try reasons(bench, "b")
    },
    .venueDisagrees: {
      let bench = try router()
      try bench.pass(milliseconds: 500, upTo: 5000)
      bench.venue.addOpenOrder(ClientOrderID(unchecked: "foreign"))
      return try withheld(bench)
    },
    .venueUnreadable: {
      let bench = try router()
      try bench.pass(milliseconds: 500, upTo: 5000)
      bench.venue.unreadable = true
      return try withheld(bench)
    },
  ]

  private static func inFlight() throws -> [DenialReason] {
    let bench = try router()
    bench.holdsAnswers = true
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    return try reasons(bench, "b")
  }

  // MARK: - The router's own state

  private static let state: [DenialReason: Case] = [
    .routerNotReady: {
      let bench = try router()
      bench.venue.unreadable = true
      try bench.restart()
      return try reasons(bench)
    },
    .routerHalted: {
      let bench = try router()
      _ = try bench.command(.pause(by: "ann", reason: "lunch"))
      return try reasons(bench)
    },
    .diskNearlyFull: {
      // The ledger says so (`UpkeepTests`); the shell hands it on with the offer.
      let bench = try router()
      let intent = Sample.intent("a", at: bench.milliseconds)
      try bench.run(
        .offer(
          77, intent, past: try bench.past(of: intent), refusal: Denial(.diskNearlyFull, "free=1")))
      guard case .denied(let denials) = bench.verdicts[77] else { return [] }
      return denials.map(\.reason)
    },
    .killLatch: {
      let bench = try router()
      try bench.run(
        .latch(LatchView(scopes: [.everything], flattens: false, text: "ann: test")))
      return try reasons(bench)
    },
    .instrumentFrozen: {
      let bench = try router()
      try bench.mark(1000)
      bench.venue.setForeignPosition(5)
      try bench.pass(milliseconds: 500, upTo: 10_000)
      return try reasons(bench)
    },
    .clockUntrusted: {
      let bench = try router()
      bench.clockObjection = "venue clock: 9000 ms from ours"
      return try reasons(bench)
    },
    .marginUnread: {
      let bench = try router { $0.margin = MarginCheck.Requirement(standard: .cross) }
      bench.venue.marginsUnreadable = true
      try bench.restart()
      try bench.pass(milliseconds: 500, upTo: 3000)
      return try withheld(bench)
    },
    .marginMode: {
      let bench = try router { $0.margin = MarginCheck.Requirement(standard: .cross) }
      bench.venue.isolated = ExactDecimal("5")
      try bench.restart()
      try bench.pass(milliseconds: 500, upTo: 3000)
      return try withheld(bench)
    },
    .riskLocked: {
      let bench = try router()
      _ = try bench.command(.lock(.everything, until: nil, by: "ann", reason: "halving"))
      return try reasons(bench)
    },
    .notSent: {
      let bench = try router()
      bench.venue.fates = [.refused("NOT_SENT: rate budget")]
      return try withheld(bench)
    },
    .outOverIn: {
      let bench = try router()
      bench.holdsAnswers = true
      try bench.offer(Sample.intent("a", at: bench.milliseconds))
      bench.breakTraffic()
      bench.holdsAnswers = false
      try bench.pass(milliseconds: 500, upTo: 3000)
      return try bench.intents().compactMap(\.denial?.reason)
    },
  ]

  // MARK: - Limits of the last hop

  static func limit(
    _ key: String, _ unit: RiskLimit.Unit, _ value: Int64
  ) -> ChangeableLimit {
    ChangeableLimit(
      key: key, unit: unit, tighter: .lower, range: 0...Int64.max, configured: value)
  }

  private static func limited(
    _ key: String, _ unit: RiskLimit.Unit, _ value: Int64
  ) throws -> RouterBench {
    try router { $0.gateLimits = [limit(key, unit, value)] }
  }

  private static let limits: [DenialReason: Case] = [
    .orderRate: {
      let bench = try router { $0.entriesPerTenSeconds = 1 }
      try bench.offer(Sample.intent("a", at: bench.milliseconds))
      return try bench.reasons(
        Sample.intent("b", at: bench.milliseconds, on: Sample.second.id))
    },
    .maxOrderNotional: { try reasons(limited(SharedLimits.order, .usd, 99_999)) },
    .maxExposure: { try reasons(limited(SharedLimits.instrument, .usd, 99_999)) },
    .routerMaxMargin: { try reasons(limited(SharedLimits.margin, .percent, 199_999)) },
    .routerMaxPositions: {
      let bench = try limited(SharedLimits.positions, .count, 1)
      bench.holdsAnswers = true
      try bench.offer(Sample.intent("a", at: bench.milliseconds))
      return try bench.reasons(
        Sample.intent("b", at: bench.milliseconds, on: Sample.second.id))
    },
    .routerCollar: {
      let bench = try limited(SharedLimits.collar, .percent, 1_000_000)
      try bench.mark(990)
      return try reasons(bench)
    },
  ]

  // MARK: - Exits

  private static let exits: [DenialReason: Case] = [
    .nothingToClose: { try exit(try router(), of: "a") },
    .foreignPosition: {
      let bench = try router()
      try bench.open("a")
      return try exit(bench, of: "b")
    },
    .exitUnderWay: {
      let bench = try router()
      try bench.open("a")
      bench.holdsAnswers = true
      _ = try bench.command(.flatten(nil, by: "ann", reason: "test"))
      return try exit(bench, of: "a")
    },
  ]

  private static func exit(_ bench: RouterBench, of signal: String) throws -> [DenialReason] {
    try bench.run(
      .offerExit(
        900,
        ExitProposal(
          id: SignalID(unchecked: "x"), strategy: Sample.intent("a", at: 0).signal.strategy,
          instrument: Sample.instrument.id, signal: SignalID(unchecked: signal),
          reason: ExitWord(unchecked: "TEST"), decidedAt: MarketTime(milliseconds: 0),
          validUntil: WallTime(milliseconds: bench.milliseconds + 10_000))))
    guard case .denied(let denials) = bench.verdicts[900] else { return [] }
    return denials.map(\.reason)
  }
}
