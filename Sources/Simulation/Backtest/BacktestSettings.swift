package import Daemon
package import Domain
package import OrderRouter
package import RiskGate
package import SignalService

/// How a backtest trades, and how long things take in it.
package struct BacktestSettings: Sendable {
  /// How long things take, in milliseconds; the world is otherwise without delay.
  package struct Latency: Hashable, Sendable {
    /// From a candle's close until strategies see it.
    package var candle: Int64 = 250
    /// From a strategy's decision until the router has committed it: gate, link, disk.
    package var decision: Int64 = 5
    /// One way between the router and the venue.
    package var network: Int64 = 20

    package init() {}
  }

  package var kinds: [StrategyKind]
  package var validForMilliseconds: Int64 = 10_000
  package var limits = GateLimits()
  package var router = RouterSettings()
  package var latency = Latency()
  /// What the account begins with.
  package var balance = Money(micros: 100_000_000_000)
  /// Fees in parts per million of notional in place of the contracts' own; below zero the venue
  /// pays.
  package var takerFee: Int64?
  package var makerFee: Int64?
  /// Before this moment strategies only warm up; nil trades from the first candle on.
  package var start: MarketTime?
  /// Candles that close later are not read.
  package var end: MarketTime?
  /// How often the router hears prices while a stop of its may follow them.
  package var tickerMilliseconds: Int64 = 5000
  /// Whether decisions, intents and fills are kept for a comparison.
  package var keepsJournal = false

  package init(kinds: [StrategyKind]) {
    self.kinds = kinds
  }

  /// What the configuration says, for strategies that were chosen already.
  package init(_ configuration: Configuration, kinds: [StrategyKind]) throws(Fatal) {
    self.init(kinds: kinds)
    validForMilliseconds = configuration.signalService.validForMilliseconds
    limits = try GateLimits(configuration)
    router = RouterSettings(configuration)
    balance = Money(micros: configuration.venue.initialBalanceUSD * 1_000_000)
  }

  /// Why these numbers make no backtest; nil when they do.
  ///
  /// `timeframe` is that of the shortest candles that are played.
  package func complaint(_ timeframe: Timeframe) -> String? {
    let parts = [
      ("candle", latency.candle), ("decision", latency.decision), ("network", latency.network),
    ]
    if let (name, value) = parts.first(where: { !(0...60_000).contains($0.1) }) {
      return "a latency of \(name) of \(value) ms is not between 0 and 60000"
    }
    for fee in [takerFee, makerFee] {
      guard (-10_000...100_000).contains(fee ?? 0) else {
        return "a fee of \(fee ?? 0) millionths is not between -1 and 10 percent"
      }
    }
    guard latency.candle < timeframe.milliseconds / 2 else {
      return "candles of \(timeframe.rawValue) come \(latency.candle) ms late: less than half of "
        + "their length is allowed"
    }
    if let start, let end, start >= end { return "it ends before it begins" }
    return balance > .zero ? nil : "the account begins with nothing"
  }
}
