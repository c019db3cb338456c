import Domain
import Foundation

/// The report for people on a terminal.
package struct ReportText {
  private let report: BacktestReport

  package init(_ report: BacktestReport) { self.report = report }

  package var text: String {
    (market + account + trades + groups + notes).joined(separator: "\n") + "\n"
  }

  private var market: [String] {
    report.markets.map { market in
      let gaps =
        market.gaps == 0 ? "no gaps" : "\(market.gaps) gaps of \(market.missing_bars) bars in all"
      return "\(market.instrument) \(market.timeframe): \(market.bars) bars, "
        + "\(market.first) to \(market.last), \(gaps)"
    }
  }

  private var account: [String] {
    let run = report.account
    return [
      "",
      row("equity", "\(Self.money(run.start_equity)) -> \(Self.money(run.final_equity))"),
      row("profit", "\(Self.money(run.profit)) (\(Self.percent(run.total_return)))"),
      row("annual return", Self.percent(run.annual_return)),
      row(
        "max drawdown",
        "\(Self.money(run.max_drawdown)) (\(Self.percent(run.max_drawdown_share)))"),
      row("Sharpe / Sortino", "\(Self.ratio(run.sharpe)) / \(Self.ratio(run.sortino))"),
      row(
        "exposure",
        "\(Self.percent(run.exposure)) of the time, mean leverage "
          + Self.ratio(run.mean_leverage)),
      row(
        "costs",
        "fees \(Self.money(report.costs.fees)), funding \(Self.money(report.costs.funding_paid)), "
          + "slippage \(Self.money(report.costs.slippage))"),
    ]
  }

  private var trades: [String] {
    let counts = report.counts
    var lines = [
      "",
      "\(counts.candles) candles, \(counts.signals) signals, \(counts.accepted) accepted, "
        + "\(counts.denied) denied, \(counts.orders) orders, \(counts.fills) fills, "
        + "\(counts.open_positions) positions open at the end",
    ]
    guard report.trades.trades > 0 else { return lines + ["no trade was closed"] }
    let figures = report.trades
    lines.append(
      "\(figures.trades) trades, \(Self.percent(figures.win_rate)) won, profit factor "
        + "\(Self.ratio(figures.profit_factor)), mean \(Self.money(figures.mean)), mean time "
        + "\(Self.ratio(figures.mean_hours)) h")
    return lines
  }

  private var groups: [String] {
    let tables: [(String, [String: TradeFigures])] = [
      ("strategy", report.by_strategy), ("instrument", report.by_instrument),
      ("setup", report.by_setup), ("exit", report.by_exit),
    ]
    return tables.filter { !$0.1.isEmpty }.flatMap { name, groups -> [String] in
      let header = Self.columns([name, "trades", "won", "factor", "net", "fees", "funding"])
      return ["", header]
        + groups.sorted { $0.key < $1.key }.map { key, figures in
          Self.columns([
            key, "\(figures.trades)", Self.percent(figures.win_rate),
            Self.ratio(figures.profit_factor), Self.money(figures.net), Self.money(figures.fees),
            Self.money(figures.funding),
          ])
        }
    }
  }

  private var notes: [String] {
    var lines: [String] = []
    for (name, counts) in [
      ("denied", report.denials), ("rejected", report.rejections), ("alert", report.alerts),
    ] where !counts.isEmpty {
      lines.append("")
      lines += counts.sorted { $0.key < $1.key }.map { "\(name) \($0.key): \($0.value)" }
    }
    return lines
      + ["", "ledger: \(report.ledger.events) events, chain \(report.ledger.chain)"]
  }

  // MARK: - Words

  private func row(_ name: String, _ value: String) -> String {
    name + String(repeating: " ", count: max(1, 18 - name.count)) + value
  }

  private static func columns(_ cells: [String]) -> String {
    cells.enumerated().map { index, cell in
      let width = index == 0 ? 28 : 13
      let space = String(repeating: " ", count: max(1, width - cell.count))
      return index == 0 ? cell + space : space + cell
    }.joined()
  }

  /// With two places, rounded half away from zero.
  static func money(_ amount: Decimal?) -> String {
    guard var amount else { return "-" }
    var rounded = Decimal()
    NSDecimalRound(&rounded, &amount, 2, .plain)
    return fixed(NSDecimalNumber(decimal: rounded).doubleValue)
  }

  static func percent(_ share: Double?) -> String {
    share.map { fixed($0 * 100) + " %" } ?? "-"
  }

  static func ratio(_ value: Double?) -> String { value.map(fixed) ?? "-" }

  /// Two places; no locale takes part.
  static func fixed(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "-" }
    let cents = Int64((value * 100).rounded())
    let digits = String(cents.magnitude)
    let padded = String(repeating: "0", count: max(0, 3 - digits.count)) + digits
    return (cents < 0 ? "-" : "") + padded.dropLast(2) + "." + padded.suffix(2)
  }
}
