import Daemon

extension EmaCrossStrategy.Settings {
  init(_ configured: EmaCrossSettings) {
    self.init()
    fastBars = Int(configured.fastBars)
    slowBars = Int(configured.slowBars)
    atrBars = Int(configured.atrBars)
    stopATR = Int64((configured.stopATR * 1000).rounded())
    takeProfitR = Int64((configured.takeProfitR * 1000).rounded())
    slippage = Int64((configured.slippagePercent * 10_000).rounded())
  }
}
