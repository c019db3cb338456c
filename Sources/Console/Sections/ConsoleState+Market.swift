import Domain

// Prices, charts, and why there is no signal.
extension ConsoleState {
  func marketRows(now: Int64) -> JSON {
    let rows = market.rows.sorted { $0.key < $1.key }.map { id, row in marketRow(id, row, now) }
    return ["stale_after_ms": .integer(staleAfter), "rows": .array(rows)]
  }

  private func marketRow(_ id: InstrumentID, _ row: MarketBoard.Row, _ now: Int64) -> JSON {
    let newest = row.explanations.values.max { $0.decidedAt < $1.decidedAt }
    let first = row.candles.newest(60).first.flatMap { market.number($0.open, id) }
    let mark = row.ticker.flatMap { market.number($0.mark, id) }
    let change = first.flatMap { first in mark.map { ($0 - first) / first * 100 } }
    return [
      "instrument": .string(id.symbol),
      "mark": JSON(row.ticker.map { market.text($0.mark, id) }),
      "bid": JSON(row.ticker.map { market.text($0.bid, id) }),
      "ask": JSON(row.ticker.map { market.text($0.ask, id) }),
      "age_ms": age(row.readAt, now), "change_pct": JSON(change),
      "candles": .integer(Int64(row.candles.end)),
      "spark": .array(row.candles.newest(40).map { JSON(market.number($0.close, id)) }),
      "strategy": JSON(newest?.strategy.text), "reason": JSON(newest?.reason),
      "reason_at": JSON(newest?.decidedAt.milliseconds),
      "position": JSON(ledger.positions[id]?.direction?.rawValue),
    ]
  }

  /// One instrument's candles, what lies on them, and what each strategy says; nil for an unknown.
  func chart(_ id: InstrumentID) -> JSON? {
    guard let row = market.rows[id] else { return nil }
    return [
      "instrument": .string(id.symbol),
      "timeframe": JSON(row.candles.last?.timeframe.rawValue),
      "candles": .array(row.candles.newest(240).map { candle($0, id) }),
      "levels": .array(levels(id)),
      "marks": .array(
        marks.all.filter { $0.instrument == id }.suffix(100).map { mark in
          [
            "role": .string(mark.role.rawValue), "side": .string(mark.side.rawValue),
            "price": JSON(market.number(mark.price, id)), "time": .integer(mark.time),
          ]
        }),
      "explanations": .array(
        row.explanations.values.sorted { $0.strategy < $1.strategy }.map(explanation)),
    ]
  }

  private func candle(_ candle: Candle, _ id: InstrumentID) -> JSON {
    let prices = [candle.open, candle.high, candle.low, candle.close]
    return .array(
      [.integer(candle.openTime.milliseconds)] + prices.map { JSON(market.number($0, id)) })
  }

  /// Where our orders rest, and where an open position came from.
  private func levels(_ id: InstrumentID) -> [JSON] {
    var levels = pipeline.openOrders.filter { $0.instrument == id.symbol }.compactMap {
      row -> JSON? in
      guard let price = row.price.flatMap({ Double($0) }) else { return nil }
      return ["kind": .string(row.role), "price": .number(price)]
    }
    if let average = averagePrice(id) {
      levels.append(["kind": "average", "price": .number(average)])
    }
    return levels
  }

  func explanation(_ explanation: Explanation) -> JSON {
    [
      "strategy": .string(explanation.strategy.text),
      "timeframe": .string(explanation.timeframe.rawValue),
      "decided_at": .integer(explanation.decidedAt.milliseconds),
      "reason": .string(explanation.reason), "signal": JSON(explanation.signal?.text),
      "values": .array(
        explanation.values.map { [.string($0.name), .string($0.value)] }),
    ]
  }
}
