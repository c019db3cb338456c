/// The moving-average strategy: which averages cross and where its exits stand.
package struct EmaCrossSettings: Equatable, Sendable {
  package let fastBars: Int64
  package let slowBars: Int64
  package let atrBars: Int64
  package let stopATR: Double
  package let takeProfitR: Double
  package let slippagePercent: Double

  init(_ section: ConfigurationSection) {
    fastBars = section.integer("fast_bars", 10, 2...50)
    slowBars = section.integer("slow_bars", 20, 3...60)
    atrBars = section.integer("atr_bars", 14, 2...500)
    stopATR = section.decimal("stop_atr", 2.0, 0.1...100)
    takeProfitR = section.decimal("take_profit_r", 2.0, 0.1...100)
    slippagePercent = section.decimal("slippage_pct", 0.1, 0...10)
    section.demand(
      fastBars < slowBars, "fast_bars", "\(fastBars) is not below slow_bars \(slowBars)")
  }
}
