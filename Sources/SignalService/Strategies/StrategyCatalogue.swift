import Daemon
import Domain

/// The strategies this build knows, by name.
struct StrategyCatalogue {
  private let kinds: [StrategyKind]

  init(_ configuration: Configuration) {
    let breakout = BreakoutStrategy.Settings(configuration.breakout)
    kinds = [
      StrategyKind(StrategyID(unchecked: "breakout")) { _ in BreakoutStrategy(breakout) }
    ]
  }

  /// Those called `names`, each once; the first that is not known refuses the start.
  func choose(_ names: [String]) throws(Fatal) -> [StrategyKind] {
    var chosen: [StrategyKind] = []
    for name in names where !chosen.contains(where: { $0.id.text == name }) {
      guard let kind = kinds.first(where: { $0.id.text == name }) else {
        let known = kinds.map(\.id.text).joined(separator: ", ")
        throw Fatal(
          .badConfiguration, "unable to run strategy \(name): it is unknown: one of \(known)")
      }
      chosen.append(kind)
    }
    guard !chosen.isEmpty else {
      throw Fatal(
        .badConfiguration, "unable to run no strategy: name one in signal_service.strategies")
    }
    return chosen
  }
}

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
