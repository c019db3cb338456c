import Domain

// GET /api/charts/v1/trade/{symbol}/{resolution}, in public; asked in seconds, answered in
// milliseconds.

extension AnswerReader {
  /// Oldest first; an impossible bar is skipped and counted.
  mutating func candles(
    _ id: InstrumentID, _ timeframe: Timeframe, _ body: JSONValue
  ) throws(MalformedAnswer) -> [Candle] {
    let instrument = try instrument(id)
    var candles: [Candle] = []
    for entry in try body["candles"].list.required("candles") {
      if let candle = candle(entry, instrument, timeframe) {
        candles.append(candle)
      } else {
        skip()
      }
    }
    return candles.sorted { $0.openTime < $1.openTime }
  }

  private func candle(
    _ entry: JSONValue, _ instrument: Instrument, _ timeframe: Timeframe
  ) -> Candle? {
    guard let time = entry["time"].marketTime, let open = price(entry["open"], instrument),
      let high = price(entry["high"], instrument), let low = price(entry["low"], instrument),
      let close = price(entry["close"], instrument),
      let volume = entry["volume"].valuation.flatMap({ instrument.quantity($0, rounding: .down) }),
      volume.lots <= Self.stepBound
    else { return nil }
    return Candle(
      instrument: instrument.id, timeframe: timeframe, openTime: time, open: open, high: high,
      low: low, close: close, volume: volume)
  }
}
