/// How much may be risked, and what makes the gate say no.
package struct RiskGateSettings: Equatable, Sendable {
  package let riskPerTradePercent: Double
  package let maximumNotionalUSD: Int64
  package let maximumPositions: Int64
  package let collarPercent: Double
  package let staleAfterMilliseconds: Int64
  package let minimumStopPercent: Double

  init(_ section: ConfigurationSection) {
    riskPerTradePercent = section.decimal("risk_per_trade_pct", 0.5, 0.001...10)
    maximumNotionalUSD = section.integer("max_notional_usd", 50_000, 1...1_000_000_000)
    maximumPositions = section.integer("max_positions", 4, 1...1000)
    collarPercent = section.decimal("collar_pct", 1.0, 0.01...50)
    staleAfterMilliseconds = section.integer("stale_after_ms", 5000, 100...3_600_000)
    minimumStopPercent = section.decimal("min_stop_pct", 0.05, 0.001...50)
  }
}
