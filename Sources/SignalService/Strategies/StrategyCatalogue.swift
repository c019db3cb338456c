package import Daemon
package import Domain

/// The strategies this build knows, by name: the one place where a strategy is declared.
package struct StrategyCatalogue {
  private let kinds: [StrategyKind]
  /// Timeframes that the market's publisher tells of.
  private let published: [Timeframe]
  /// By the strategy's name, where it does not run on every instrument.
  private let instruments: [String: [String]]

  /// Refuses parameters that contradict each other, whichever strategy runs.
  ///
  /// `published` are the lengths of candles there will be, the one that simple strategies decide on
  /// first; those that are configured where none are given.
  package init(
    _ configuration: Configuration, published lengths: [Timeframe]? = nil
  ) throws(Fatal) {
    let market = configuration.marketData
    instruments = configuration.signalService.instruments
    published =
      lengths
      ?? ([market.timeframe] + market.furtherTimeframes).compactMap { Timeframe(rawValue: $0) }
    let main = Array(published.prefix(1))
    let breakout = BreakoutStrategy.Settings(configuration.breakout)
    let cross = EmaCrossStrategy.Settings(configuration.emaCross)
    let smc = try SmcParameters(configuration.smc)
    kinds = [
      StrategyKind(StrategyID(unchecked: "breakout"), timeframes: main) { _ in
        BreakoutStrategy(breakout)
      },
      StrategyKind(StrategyID(unchecked: "ema-cross"), timeframes: main) { _ in
        EmaCrossStrategy(cross)
      },
      StrategyKind(StrategyID(unchecked: "smc"), timeframes: SmcStrategy.timeframes) { _ in
        SmcStrategy(smc)
      },
    ]
  }

  /// Those called `names`, each once; the first that is not known, or whose candles nobody
  /// publishes, refuses the start.
  package func choose(_ names: [String]) throws(Fatal) -> [StrategyKind] {
    var chosen: [StrategyKind] = []
    if let odd = instruments.keys.sorted().first(where: { !names.contains($0) }) {
      throw Fatal(
        .badConfiguration,
        "unable to use signal_service.instruments: \(odd) does not run: name it in "
          + "signal_service.strategies")
    }
    for name in names where !chosen.contains(where: { $0.id.text == name }) {
      guard var kind = kinds.first(where: { $0.id.text == name }) else {
        let known = kinds.map(\.id.text).joined(separator: ", ")
        throw Fatal(
          .badConfiguration, "unable to run strategy \(name): it is unknown: one of \(known)")
      }
      let missing = kind.timeframes.filter { !published.contains($0) }.map(\.rawValue)
      guard missing.isEmpty else {
        throw Fatal(
          .badConfiguration,
          "unable to run strategy \(name): nobody publishes candles of "
            + "\(missing.joined(separator: ", ")): add them to market_data.further_timeframes")
      }
      kind.instruments = instruments[name].map { Set($0.compactMap { InstrumentID($0) }) }
      chosen.append(kind)
    }
    guard !chosen.isEmpty else {
      throw Fatal(
        .badConfiguration, "unable to run no strategy: name one in signal_service.strategies")
    }
    return chosen
  }
}
