import Domain

/// The report's tables as comma-separated values.
package struct ReportTables {
  private let result: BacktestResult

  package init(_ report: BacktestReport) { result = report.result }

  /// One line a trade.
  package var trades: String {
    var lines = [
      "number,instrument,strategy,setup,signal,direction,decided_at,opened_at,closed_at,quantity,"
        + "entry_price,exit_price,stop,reason,exits,gross,fees,funding,slippage,net"
    ]
    lines += result.trades.map(line)
    return lines.joined(separator: "\n") + "\n"
  }

  private func line(_ trade: BacktestTrade) -> String {
    let instrument = result.markets.first { $0.instrument.id == trade.instrument }?.instrument
    func price(_ ticks: Double?) -> String {
      guard let ticks, let tick = instrument?.tickSize.double else { return "" }
      return Self.number(ticks * tick)
    }
    let exits = trade.legs.map { leg in
      "\(leg.reason) \(instrument?.text(Quantity(lots: leg.lots)) ?? "") @ "
        + "\(instrument?.text(leg.price) ?? "") \(Self.time(leg.time))"
    }.joined(separator: "; ")
    return [
      "\(trade.number)", trade.instrument.symbol, trade.strategy, trade.setup, trade.signal,
      trade.direction.rawValue, Self.time(trade.decidedAt), Self.time(trade.openedAt),
      trade.closedAt.map(Self.time) ?? "", instrument?.text(Quantity(lots: trade.lots)) ?? "",
      price(trade.entryTicks), price(trade.exitTicks),
      trade.stop.flatMap { instrument?.text($0) } ?? "", trade.reason, exits,
      "\(trade.gross)", "\(trade.fees)", "\(trade.funding)", "\(trade.slippage)",
      "\(trade.net)",
    ].map(Self.cell).joined(separator: ",")
  }

  /// The thinned equity curve.
  package var equity: String {
    let lines = result.equity.points.map { "\(Self.time($0.time)),\($0.equity)" }
    return (["time,equity"] + lines).joined(separator: "\n") + "\n"
  }

  /// The equity at the end of each day.
  package var days: String {
    let lines = result.equity.days.map { "\(Self.time($0.time)),\($0.equity)" }
    return (["day_end,equity"] + lines).joined(separator: "\n") + "\n"
  }

  private static func time(_ milliseconds: Int64) -> String {
    milliseconds > 0 ? ISO8601.text(milliseconds: milliseconds) : ""
  }

  /// Eight significant places behind the point at most, no exponent.
  private static func number(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e10 else { return "" }
    let scaled = Int64((value * 1e8).rounded())
    return ExactDecimal(mantissa: scaled, exponent: -8)?.description ?? ""
  }

  /// RFC 4180: a cell with a comma, a quote or a line end stands in quotes.
  private static func cell(_ text: String) -> String {
    guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
    return "\""
      + text.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }
}
