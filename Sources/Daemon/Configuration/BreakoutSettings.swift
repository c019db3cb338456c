/// The example strategy: how wide its channel is and where its exits stand.
package struct BreakoutSettings: Equatable, Sendable {
  package let channelBars: Int64
  package let atrBars: Int64
  package let stopATR: Double
  package let takeProfitR: Double
  package let slippagePercent: Double

  init(_ section: ConfigurationSection) {
    channelBars = section.integer("channel_bars", 20, 2...1000)
    atrBars = section.integer("atr_bars", 14, 2...1000)
    stopATR = section.decimal("stop_atr", 2.0, 0.1...100)
    takeProfitR = section.decimal("take_profit_r", 2.0, 0.1...100)
    slippagePercent = section.decimal("slippage_pct", 0.1, 0...10)
  }
}
