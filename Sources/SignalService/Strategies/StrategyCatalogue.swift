import Daemon
package import Domain

/// Every strategy this build can run, by name.
package struct StrategyCatalogue: Sendable {
  private let makers: [String: @Sendable () -> any Strategy]

  package init(breakout: BreakoutStrategy.Parameters) {
    makers = ["breakout": { BreakoutStrategy(breakout) }]
  }

  /// The names, sorted.
  package var names: [String] { makers.keys.sorted() }

  /// A fresh strategy for one instrument; nil for a name that is not known.
  package func make(_ id: StrategyID) -> (any Strategy)? { makers[id.text]?() }
}

extension BreakoutStrategy.Parameters {
  init(_ configured: BreakoutSettings) {
    self.init()
    channelBars = Int(configured.channelBars)
    atrBars = Int(configured.atrBars)
    stopMilliATR = Int64((configured.stopATR * 1000).rounded())
    takeProfitMilliR = Int64((configured.takeProfitR * 1000).rounded())
    slippageMillionths = Int64((configured.slippagePercent * 10_000).rounded())
  }
}
