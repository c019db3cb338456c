import Daemon

extension BreakoutStrategy.Settings {
  init(_ configured: BreakoutSettings) {
    self.init()
    channelBars = Int(configured.channelBars)
    atrBars = Int(configured.atrBars)
    stopATR = Int64((configured.stopATR * 1000).rounded())
    takeProfitR = Int64((configured.takeProfitR * 1000).rounded())
    slippage = Int64((configured.slippagePercent * 10_000).rounded())
  }
}
