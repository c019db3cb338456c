import Domain

// GET tickers, in public.

extension AnswerReader {
  /// A ticker's market time is that of its last trade, or the venue's clock when it names none.
  ///
  /// One that lacks a side of the book has no use here; it is skipped and counted.
  mutating func tickers(_ body: JSONValue) throws(MalformedAnswer) -> [Ticker] {
    var tickers: [Ticker] = []
    for (entry, instrument) in try known(body["tickers"], "tickers") {
      guard let bid = price(entry["bid"], instrument), let ask = price(entry["ask"], instrument),
        let last = price(entry["last"], instrument),
        let mark = price(entry["markPrice"], instrument),
        let time = entry["lastTime"].marketTime ?? body["serverTime"].marketTime
      else {
        skip()
        continue
      }
      tickers.append(
        Ticker(
          instrument: instrument.id, time: time, bid: bid, ask: ask, last: last, mark: mark,
          figures: figures(entry, instrument)))
    }
    return tickers
  }

  /// What the gate needs beside the prices; nil without an index, which is worth refusing no price
  /// for.
  private func figures(_ entry: JSONValue, _ instrument: Instrument) -> TickerFigures? {
    guard let index = price(entry["indexPrice"], instrument), index.ticks > 0 else { return nil }
    func lots(_ value: JSONValue) -> Quantity? {
      value.valuation.flatMap { instrument.quantity($0, rounding: .down) }
        .flatMap { $0.lots <= Self.stepBound ? $0 : nil }
    }
    return TickerFigures(
      index: index, isSuspended: entry["suspended"].flag ?? false,
      isPostOnly: entry["postOnly"].flag ?? false, bidQuantity: lots(entry["bidSize"]),
      askQuantity: lots(entry["askSize"]))
  }
}
