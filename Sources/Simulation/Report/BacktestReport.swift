import Domain
import Foundation

/// The report of a backtest as data; holds nothing that changes from run to run.
package struct BacktestReport: Encodable, Sendable {
  struct Market: Encodable {
    let instrument: String
    let timeframe: String
    let bars: Int
    let gaps: Int
    let missing_bars: Int64
    let first: String
    let last: String
  }

  struct Costs: Encodable {
    let fees: Decimal
    /// Below zero when more was received than paid.
    let funding_paid: Decimal
    /// What fills were worse than the stop's trigger or the mark.
    let slippage: Decimal
    let liquidation_losses_taken_by_venue: Decimal
  }

  struct Counts: Encodable {
    let candles: Int
    let signals: Int
    let accepted: Int
    let denied: Int
    let exits: Int
    let orders: Int
    let fills: Int
    let liquidations: Int
    let open_positions: Int
  }

  struct Ledger: Encodable {
    let events: Int64
    let chain: String
  }

  let settings: [String: String]
  let markets: [Market]
  package let account: RunFigures
  package let trades: TradeFigures
  let costs: Costs
  let counts: Counts
  let denials: [String: Int]
  let rejections: [String: Int]
  let by_strategy: [String: TradeFigures]
  let by_instrument: [String: TradeFigures]
  let by_setup: [String: TradeFigures]
  let by_exit: [String: TradeFigures]
  let decisions: [String: [String: Int]]
  let alerts: [String: Int]
  let ledger: Ledger
  let result: BacktestResult

  private enum CodingKeys: String, CodingKey {
    case settings, markets, account, trades, costs, counts, denials, rejections
    case by_strategy, by_instrument, by_setup, by_exit, decisions, alerts, ledger
  }

  /// `settings` are told as they are, by name.
  package init(_ result: BacktestResult, settings: [String: String]) {
    self.settings = settings
    self.result = result
    markets = result.markets.map { market in
      Market(
        instrument: market.instrument.id.symbol, timeframe: market.timeframe.rawValue,
        bars: market.bars, gaps: market.gaps, missing_bars: market.missing,
        first: ISO8601.text(milliseconds: market.first),
        last: ISO8601.text(milliseconds: market.last))
    }
    let all = result.trades
    account = RunFigures(result)
    trades = TradeFigures(all)
    func sum(_ part: (BacktestTrade) -> Money) -> Decimal {
      all.reduce(Money.zero) { $0 + part($1) }.exact
    }
    costs = Costs(
      fees: sum { $0.fees }, funding_paid: (Money.zero - result.loose).exact - sum { $0.funding },
      slippage: sum { $0.slippage }, liquidation_losses_taken_by_venue: result.writtenOff.exact)
    let tally = result.tally
    counts = Counts(
      candles: tally.candles, signals: tally.signals, accepted: tally.accepted,
      denied: tally.denied, exits: tally.exits, orders: tally.orders, fills: tally.fills,
      liquidations: tally.liquidations, open_positions: all.count(where: \.isOpen))
    denials = tally.denials
    rejections = tally.rejected
    by_strategy = Self.group(all) { $0.strategy }
    by_instrument = Self.group(all) { $0.instrument.symbol }
    by_setup = Self.group(all) { Self.kind(ofSetup: $0.setup) }
    by_exit = Self.group(all) { $0.reason }
    decisions = tally.explanations
    alerts = tally.alerts
    ledger = Ledger(events: result.events, chain: result.chainHash)
  }

  private static func group(
    _ trades: [BacktestTrade], _ key: (BacktestTrade) -> String
  ) -> [String: TradeFigures] {
    Dictionary(grouping: trades, by: key).mapValues { TradeFigures($0) }
  }

  /// The words of a setup's name that hold no digit: a setup is named after its level and time.
  static func kind(ofSetup name: String) -> String {
    let words = name.split(whereSeparator: { "-/:_".contains($0) }).filter { word in
      !word.contains(where: \.isNumber)
    }
    return words.isEmpty ? "unnamed" : words.joined(separator: "-")
  }

  /// The report as one JSON object, its keys sorted: the same run has the same bytes.
  package func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }
}
