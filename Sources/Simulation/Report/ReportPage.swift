import Domain

/// The report as one page that needs no network: its style and its pictures are in it.
package struct ReportPage {
  /// Trades that are drawn and listed; the table files hold all of them.
  static let mostTrades = 2000

  private let report: BacktestReport
  private var result: BacktestResult { report.result }

  package init(_ report: BacktestReport) { self.report = report }

  package var html: String {
    let title = "Backtest of " + report.markets.map(\.instrument).joined(separator: ", ")
    return """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" \
      content="default-src 'none'; style-src 'unsafe-inline'">
      <title>\(ReportPlot.escaped(title))</title><style>\(Self.style)</style></head><body>
      <h1>\(ReportPlot.escaped(title))</h1>
      \(summary)
      <h2>Equity</h2>
      \(equity)
      <h2>Drawdown</h2>
      \(drawdown)
      \(markets)
      <h2>Report</h2>
      <pre>\(ReportPlot.escaped(ReportText(report).text))</pre>
      <h2>Trades</h2>
      \(table)
      </body></html>

      """
  }

  private static let style = """
    body{font:14px/1.4 system-ui,sans-serif;margin:2em auto;max-width:1100px;padding:0 1em;\
    color:#1b1f24;background:#fff}h1{font-size:1.5em}h2{font-size:1.15em;margin-top:1.6em}\
    svg{width:100%;height:auto;border:1px solid #d0d7de;background:#fff}\
    svg text{font-size:11px;fill:#57606a}svg text.left{text-anchor:end;\
    dominant-baseline:middle}.grid{stroke:#eaeef2}polyline{fill:none;stroke-width:1.4}\
    .equity{stroke:#0969da}.price{stroke:#8c959f;stroke-width:1}.drawdown{fill:#cf222e;\
    fill-opacity:.35;stroke:#cf222e}.won line{stroke:#1a7f37;stroke-width:2}\
    .won circle{fill:#1a7f37}.lost line{stroke:#cf222e;stroke-width:2}.lost circle{fill:#cf222e}\
    table{border-collapse:collapse;width:100%}td,th{padding:.25em .6em;text-align:right;\
    border-bottom:1px solid #eaeef2}td:nth-child(-n+4),th:nth-child(-n+4){text-align:left}\
    dl{display:grid;grid-template-columns:repeat(4,1fr);gap:.4em 1em}dt{color:#57606a}\
    dd{margin:0;font-size:1.15em}pre{background:#f6f8fa;padding:1em;overflow:auto}
    """

  private var summary: String {
    let run = report.account
    let cells = [
      ("Final equity", ReportText.money(run.final_equity)),
      ("Profit", ReportText.money(run.profit)), ("Return", ReportText.percent(run.total_return)),
      ("Max drawdown", ReportText.percent(run.max_drawdown_share)),
      ("Trades", "\(report.trades.trades)"), ("Won", ReportText.percent(report.trades.win_rate)),
      ("Profit factor", ReportText.ratio(report.trades.profit_factor)),
      ("Sharpe / Sortino", "\(ReportText.ratio(run.sharpe)) / \(ReportText.ratio(run.sortino))"),
    ]
    let rows = cells.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }
    return "<dl>" + rows.joined() + "</dl>"
  }

  // MARK: - Pictures

  private var span: ClosedRange<Int64>? {
    guard let first = result.equity.points.first?.time, let last = result.equity.points.last?.time,
      first < last
    else { return nil }
    return first...last
  }

  private static let nothing = "<p>There is nothing to draw.</p>"

  private var equity: String {
    let points = result.equity.points.map { (time: $0.time, value: Double($0.equity.micros) / 1e6) }
    guard let span, let low = points.map(\.value).min(), let high = points.map(\.value).max(),
      var plot = ReportPlot(times: span, values: low...high)
    else { return Self.nothing }
    plot.line(points, "equity")
    return plot.svg(id: "equity", label: "Equity over time")
  }

  private var drawdown: String {
    var peak = -Double.infinity
    let points = result.equity.points.map { point -> (time: Int64, value: Double) in
      let value = Double(point.equity.micros)
      peak = max(peak, value)
      return (point.time, peak > 0 ? (value / peak - 1) * 100 : 0)
    }
    guard let span, let low = points.map(\.value).min(),
      var plot = ReportPlot(times: span, values: low...0)
    else { return Self.nothing }
    plot.area(points, "drawdown")
    return plot.svg(id: "drawdown", label: "Drawdown in percent of the peak")
  }

  private var markets: String {
    result.markets.map { market in
      let symbol = market.instrument.id.symbol
      return "<h2>\(symbol)</h2>\n" + (picture(market) ?? Self.nothing)
    }.joined(separator: "\n")
  }

  private func picture(_ market: BacktestResult.Market) -> String? {
    let tick = market.instrument.tickSize.double
    let bars = market.outline.bars
    guard let first = bars.first, let last = bars.last,
      let low = bars.map(\.low.ticks).min(), let high = bars.map(\.high.ticks).max(),
      var plot = ReportPlot(
        times: first.time...last.time, values: Double(low) * tick...Double(high) * tick)
    else { return nil }
    plot.line(bars.map { (time: $0.time, value: Double($0.close.ticks) * tick) }, "price")
    for trade in result.trades.prefix(Self.mostTrades)
    where trade.instrument == market.instrument.id {
      let end = trade.closedAt ?? last.time
      let exit = trade.exitTicks ?? Double(last.close.ticks)
      plot.mark(
        (trade.openedAt, trade.entryTicks * tick), (end, exit * tick),
        trade.net >= .zero ? "won" : "lost",
        "\(trade.number) \(trade.direction.rawValue) \(trade.strategy) \(trade.reason) "
          + ReportText.money(trade.net.exact))
    }
    let symbol = market.instrument.id.symbol
    return plot.svg(id: "price-\(symbol)", label: "Trades on the price of \(symbol)")
  }

  // MARK: - Trades

  private var table: String {
    guard !result.trades.isEmpty else { return "<p>No trade was made.</p>" }
    let header = [
      "#", "instrument", "strategy", "direction", "opened", "closed", "reason", "gross", "fees",
      "funding", "net",
    ].map { "<th>\($0)</th>" }.joined()
    let rows = result.trades.prefix(Self.mostTrades).map(row)
    let more = result.trades.count - rows.count
    let note = more > 0 ? "<p>\(more) further trades are in trades.csv.</p>" : ""
    return "<table><tr>\(header)</tr>\n" + rows.joined(separator: "\n") + "</table>" + note
  }

  private func row(_ trade: BacktestTrade) -> String {
    let cells = [
      "\(trade.number)", trade.instrument.symbol, trade.strategy, trade.direction.rawValue,
      ISO8601.text(milliseconds: trade.openedAt),
      trade.closedAt.map { ISO8601.text(milliseconds: $0) } ?? "open", trade.reason,
      ReportText.money(trade.gross.exact), ReportText.money(trade.fees.exact),
      ReportText.money(trade.funding.exact), ReportText.money(trade.net.exact),
    ]
    return "<tr>" + cells.map { "<td>\(ReportPlot.escaped($0))</td>" }.joined() + "</tr>"
  }
}
