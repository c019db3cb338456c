package import Daemon
import Domain

extension GateLimits {
  /// The configured limits; refuses, all at once, those under which no signal could ever pass or
  /// the account could be lost at once.
  package init(_ configuration: Configuration) throws(Fatal) {
    let configured = configuration.riskGate
    let faults = Self.contradictions(configuration)
    guard faults.isEmpty else {
      throw Fatal(
        .badConfiguration,
        "unable to accept limits that contradict each other: "
          + faults.joined(separator: "; ") + ": correct \(configuration.source)")
    }
    self.init()
    riskPerTrade = Self.share(percent: configured.riskPerTradePercent)
    maximumNotional = Money(micros: configured.maximumNotionalUSD * 1_000_000)
    maximumPositions = Int(configured.maximumPositions)
    collar = Self.share(percent: configured.collarPercent)
    minimumStop = Self.share(percent: configured.minimumStopPercent)
    staleMilliseconds = configured.staleAfterMilliseconds
  }

  static func share(percent: Double) -> Int64 {
    Int64((percent * Double(whole) / 100).rounded())
  }

  private static func contradictions(_ configuration: Configuration) -> [String] {
    let gate = configuration.riskGate
    var faults: [String] = []
    let total = gate.riskPerTradePercent * Double(gate.maximumPositions)
    if total > 100 {
      faults.append(
        "risk_gate.risk_per_trade_pct \(gate.riskPerTradePercent) × risk_gate.max_positions "
          + "\(gate.maximumPositions) risks \(total) % of the account")
    }
    let slippage = configuration.breakout.slippagePercent
    if configuration.signalService.strategies.contains("breakout"), slippage > gate.collarPercent {
      faults.append(
        "breakout.slippage_pct \(slippage) is above risk_gate.collar_pct \(gate.collarPercent)")
    }
    let poll = configuration.marketData.pollIntervalMilliseconds
    if poll >= gate.staleAfterMilliseconds {
      faults.append(
        "market_data.poll_interval_ms \(poll) is not below risk_gate.stale_after_ms "
          + "\(gate.staleAfterMilliseconds)")
    }
    // What the smallest stop allows at full risk would never be reached: every size is the cap.
    if gate.minimumStopPercent >= 50 {
      faults.append("risk_gate.min_stop_pct \(gate.minimumStopPercent) leaves no room for a stop")
    }
    return faults
  }
}
