import Domain
import OrderRouter
import SimulatedVenue

extension Scenario {
  /// Milliseconds from the heal to the end of a run.
  package static let healing: Int64 = 62_000

  /// The scenario of `seed`; every fault it has is among `allowed`.
  package init(seed: UInt64, allowed: Set<FaultKind>) {
    var chance = SplitMix(seed: SplitMix.mixed(seed &+ 0x5EED))
    self.seed = seed
    // A quarter of the seeds has crashes and nothing else, so that the strict deadlines are tried.
    let share = chance.whole(0...3)
    let faults = Set(
      FaultKind.allCases.filter { kind in
        let drawn = chance.whole(0...5) < share * 2 - 1
        return drawn && allowed.contains(kind)
      })
    self.faults = faults
    healAt = Int64(chance.whole(55_000...75_000))
    contracts = Self.drawContracts(&chance)
    var settings = Self.drawSettings(&chance)
    if Self.hasRiskPolicy(seed) { settings.risk = Self.drawRisk(seed) }
    self.settings = settings
    policies = Self.drawPolicies(&chance)
    proposals = Self.drawProposals(&chance, instruments: contracts.count, until: healAt)
    crashes = Self.drawCrashes(&chance, until: healAt)
    disturbances = Self.drawDisturbances(
      &chance, faults, instruments: contracts.count, until: healAt)
    requestFaults = Int64([20, 60, 150][chance.whole(0...2)])
    frameFaults = Int64([50, 200][chance.whole(0...1)])
    commitFaults = Int64(chance.whole(5...30))
    volatility = Double(chance.whole(150...900))
    usesLedger = seed % 64 == 0
    hasStream = chance.oneIn(2)
    hidesTriggerSize = chance.oneIn(8)
    operatorFlattens = chance.oneIn(2)
  }

  private static func drawContracts(_ chance: inout SplitMix) -> [VenueContract] {
    let hold = Int64([0, 20, 100][chance.whole(0...2)])
    let count = chance.whole(3...5)
    return StandardInstruments.ids.prefix(count).compactMap { id in
      guard let listed = StandardInstruments.instrument(id),
        let instrument = Instrument(
          id: id, tickSize: listed.tickSize, lotSize: listed.lotSize,
          maxPosition: listed.maxPosition, initialMargin: listed.initialMargin,
          makerProtectionMilliseconds: hold, tradeable: true)
      else { return nil }
      return VenueContract(
        instrument: instrument, marginLevels: StandardInstruments.marginLevels)
    }
  }

  private static func drawSettings(_ chance: inout SplitMix) -> RouterSettings {
    var settings = RouterSettings()
    switch chance.whole(0...5) {
    case 0: settings.entryOrder = .limit
    case 1: settings.entryOrder = .postOnly
    default: settings.entryOrder = .immediateOrCancel
    }
    settings.entryTimeoutMilliseconds = 10_000
    settings.rearmCooldownMilliseconds = 5000
    settings.contradictionMilliseconds = 20_000
    settings.breakEvenAfterRungs = chance.whole(0...2)
    settings.trailingPermille = chance.oneIn(2) ? 3 : 0
    settings.entriesPerTenSeconds = 20
    return settings
  }

  /// Whether losses and executions lock entries; drawn apart, so that other seeds replay as ever.
  package static func hasRiskPolicy(_ seed: UInt64) -> Bool { seed > 1000 && seed % 8 == 5 }

  /// Windows so short that locks begin and end within a run, and are over before its end.
  private static func drawRisk(_ seed: UInt64) -> RiskPolicy {
    var chance = SplitMix(seed: SplitMix.mixed(seed &+ 0x0815))
    var policy = RiskPolicy()
    policy.takerFee = 50_000
    policy.streakTight = chance.whole(1...3)
    policy.streakTightPause = 3000
    policy.streakWide = chance.whole(1...3)
    policy.streakWidePause = Int64(chance.whole(1000...4000))
    policy.symbolLosses = chance.whole(1...3)
    policy.symbolWindow = 30_000
    policy.symbolBlock = Int64(chance.whole(1000...4000))
    policy.afterWin = Int64(chance.whole(0...1000))
    policy.afterLoss = Int64(chance.whole(0...4000))
    policy.afterStrategy = 2000
    // More than the fresh signals at the end, which are all of one strategy.
    policy.executions = chance.oneIn(2) ? chance.whole(6...9) : 0
    policy.executionWindow = 20_000
    policy.rejects = chance.oneIn(2) ? 3 : 0
    policy.rejectsWindow = 20_000
    policy.stoplossGuard = drawProtection(&chance)
    policy.stoplossGuardPerPair = chance.oneIn(2)
    policy.maxDrawdown = drawProtection(&chance)
    policy.maxDrawdownShare = 1
    policy.cooldownPeriod = Int64(chance.whole(0...2000))
    policy.lowProfitPairs = drawProtection(&chance)
    return policy
  }

  private static func drawProtection(_ chance: inout SplitMix) -> RiskPolicy.Protection {
    var protection = RiskPolicy.Protection()
    protection.lookback = 30_000
    protection.trades = chance.whole(0...3)
    protection.stop = Int64(chance.whole(1000...4000))
    return protection
  }

  private static func drawPolicies(_ chance: inout SplitMix) -> VenuePolicies {
    var policies = VenuePolicies()
    policies.deadline = chance.oneIn(2) ? .receipt : .release
    policies.reduceOnlySum = [.none, .resting, .triggers][chance.whole(0...2)]
    policies.immediateOrders = chance.oneIn(3) ? .fillsOnly : .everywhere
    policies.executedWord = chance.oneIn(2) ? .placed : .exact
    policies.clientOrderID = chance.oneIn(3) ? .open : .forever
    policies.triggerWhileFlat = !chance.oneIn(3)
    policies.historyLagMilliseconds = Int64([0, 0, 300, 3000][chance.whole(0...3)])
    return policies
  }

  private static func drawProposals(
    _ chance: inout SplitMix, instruments: Int, until: Int64
  ) -> [Proposal] {
    (0..<chance.whole(14...28)).map { _ in
      Proposal(
        at: Int64(chance.whole(1500...Int(until) - 4000)),
        instrument: chance.whole(0...instruments - 1),
        direction: chance.oneIn(2) ? .long : .short, slack: Int64(chance.whole(40...3000)),
        risk: Int64(chance.whole(2000...12_000)), reward: Int64(chance.whole(1500...9000)),
        rungs: chance.whole(0...3), lots: Int64(chance.whole(1...9)),
        repeatsSetup: chance.oneIn(4), lifetime: Int64(chance.whole(2000...15_000)))
    }.sorted { $0.at < $1.at }
  }

  private static func drawCrashes(_ chance: inout SplitMix, until: Int64) -> [CrashPlan] {
    (0..<chance.whole(2...6)).map { _ in
      CrashPlan(
        at: Int64(chance.whole(500...Int(until) - 3000)),
        place: CrashPlan.Place.allCases[chance.whole(0...CrashPlan.Place.allCases.count - 1)],
        moment: CrashPlan.Moment.allCases[chance.whole(0...CrashPlan.Moment.allCases.count - 1)],
        depth: Int64(chance.whole(0...1000)), downtime: Int64(chance.whole(80...900)))
    }.sorted { $0.at < $1.at }
  }

  private static func drawDisturbances(
    _ chance: inout SplitMix, _ faults: Set<FaultKind>, instruments: Int, until: Int64
  ) -> [Disturbance] {
    FaultKind.ofMoments.filter(faults.contains).flatMap { kind in
      (0..<chance.whole(1...3)).map { _ in
        let at = Int64(chance.whole(3000...Int(until) - 9000))
        return Disturbance(
          kind: kind, at: at, until: at + Int64(chance.whole(500...8000)),
          instrument: chance.whole(0...instruments - 1), amount: Int64(chance.whole(1...1000)))
      }
    }.sorted { $0.at < $1.at }
  }
}
