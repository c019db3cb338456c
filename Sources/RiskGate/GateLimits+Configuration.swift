package import Daemon
package import Domain

extension GateLimits {
  /// The configured limits; refuses, all at once, those that contradict each other or the rest of
  /// the configuration.
  package init(_ configuration: Configuration) throws(Fatal) {
    self.init()
    numbers = RiskLimits(configuration)
    let faults = RiskLaw.faults(numbers, RiskSurroundings(configuration))
    guard faults.isEmpty else {
      throw Fatal(
        .badConfiguration,
        "unable to accept limits that contradict each other: "
          + faults.map { configuration.placed($0.keys, $0.description) }.joined(separator: "; ")
          + ": correct \(configuration.source)")
    }
    sizing = SizingMethod(rawValue: configuration.riskGate.sizingMethod) ?? .fixed
    blocklist = Set(configuration.riskGate.entryBlocklist)
    dayStartsMilliseconds = configuration.riskState.dayStartsMinutes * 60_000
  }
}

extension RiskLimits {
  package init(_ configuration: Configuration) {
    self.init()
    for row in RiskLimit.all { self[row.id] = configuration.riskGate.value(row.key) }
  }
}

extension RiskSurroundings {
  package init(_ configuration: Configuration) {
    self.init()
    let strategies = configuration.signalService.strategies
    func percent(_ value: Double, of strategy: String) -> Int64? {
      strategies.contains(strategy)
        ? Int64((value * Double(RiskLimit.Unit.percent.scale)).rounded()) : nil
    }
    func limit(_ usd: Int64) -> Int64? { usd == 0 ? nil : usd * RiskLimit.Unit.usd.scale }
    let smc = configuration.smc.numbers
    breakoutSlippage = percent(configuration.breakout.slippagePercent, of: "breakout")
    emaCrossSlippage = percent(configuration.emaCross.slippagePercent, of: "ema-cross")
    smcSlippage = smc["slippage_pct"].flatMap { percent($0, of: "smc") }
    if strategies.contains("smc"), let reward = smc["min_rr"] {
      smcRewardRisk = Int64((reward * Double(RiskLimit.whole)).rounded())
    }
    marketPoll = configuration.marketData.pollIntervalMilliseconds
    let router = configuration.orderRouter
    reconcileInterval = router.reconcileIntervalMilliseconds
    routerEntriesPerTenSeconds = router.entriesPerTenSeconds
    routerEntriesPerMinute = router.entriesPerMinute
    routerOrder = limit(router.maxOrderUSD)
    routerInstrument = limit(router.maxInstrumentUSD)
  }
}
