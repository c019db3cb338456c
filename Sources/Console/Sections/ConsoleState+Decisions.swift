import Domain

// The funnel from signal to fill, and its rows.
extension ConsoleState {
  /// Rows of one answer.
  static let rowsPerPage = 200

  func decisionSummary() -> JSON {
    let funnel = decisions.funnel
    return [
      "kept": .integer(Int64(decisions.rows.count)), "end": .integer(Int64(decisions.rows.end)),
      "funnel": [
        "signals": .integer(Int64(clamping: funnel.signals)),
        "passed": .integer(Int64(clamping: funnel.passed)),
        "intents": .integer(Int64(clamping: funnel.intents)),
        "orders": .integer(Int64(clamping: funnel.orders)),
        "filled": .integer(Int64(clamping: funnel.filled)),
      ],
      "denied": .array(
        funnel.denied.sorted { $0.key < $1.key }.flatMap { stage, codes in
          codes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { code, count -> JSON in
            [
              "by": .string(stage), "code": .string(code),
              "count": .integer(Int64(clamping: count)),
            ]
          }
        }),
      "newest": .array(newestRows(40)),
    ]
  }

  private func newestRows(_ count: Int) -> [JSON] {
    let rows = decisions.rows
    return (max(rows.first, rows.end - count)..<rows.end).reversed().map { row($0) }
  }

  /// Rows before number `before`, newest first, whose words contain `text`.
  func decisionPage(before: Int?, text: String) -> JSON {
    let rows = decisions.rows
    var found: [JSON] = []
    var number = min(before ?? rows.end, rows.end)
    let wanted = text.lowercased()
    while number > rows.first, found.count < Self.rowsPerPage {
      number -= 1
      if wanted.isEmpty || words(rows[number]).contains(wanted) { found.append(row(number)) }
    }
    return [
      "rows": .array(found), "before": .integer(Int64(number)),
      "more": .bool(number > rows.first), "kept": .integer(Int64(rows.count)),
    ]
  }

  private func words(_ row: DecisionBook.Row) -> String {
    let signal = row.signal
    let words =
      [
        signal.id.text, signal.instrument.symbol, signal.strategy.text,
        signal.direction.rawValue, row.outcome,
      ] + row.denials.map(\.reason.rawValue)
    return words.joined(separator: " ").lowercased()
  }

  private func row(_ number: Int) -> JSON {
    let row = decisions.rows[number]
    let signal = row.signal
    let id = signal.instrument
    return [
      "n": .integer(Int64(number)), "id": .string(signal.id.text),
      "strategy": .string(signal.strategy.text), "instrument": .string(id.symbol),
      "direction": .string(signal.direction.rawValue),
      "decided_at": .integer(signal.decidedAt.milliseconds),
      "heard_at": JSON(row.heardAt > 0 ? row.heardAt : row.decidedAt),
      "outcome": .string(row.outcome), "by": JSON(row.deniedBy),
      "reasons": .array(row.denials.map { .string($0.reason.rawValue) }),
      "quantity": JSON(row.quantity.map { market.text($0, id) }),
      "worst": .string(market.text(signal.worstPrice, id)),
      "stop": .string(market.text(signal.stop, id)),
    ]
  }
}
