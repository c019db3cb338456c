import Domain

/// Adds candles of one length up to longer ones, as the venue does: a long candle is made of the
/// short ones there are.
struct CandleSum {
  let timeframe: Timeframe
  private var forming: Candle?

  init(_ timeframe: Timeframe) { self.timeframe = timeframe }

  /// The long candle that `candle` completes; nil when it goes on.
  mutating func add(_ candle: Candle) -> Candle? {
    let sum = merged(candle)
    guard let sum, candle.closeTime >= sum.closeTime else {
      forming = sum
      return nil
    }
    forming = nil
    return sum
  }

  /// The long candle that is over because the next short one opens at `time`, behind a gap.
  mutating func flush(before time: MarketTime) -> Candle? {
    guard let sum = forming, sum.closeTime <= time else { return nil }
    forming = nil
    return sum
  }

  private func merged(_ candle: Candle) -> Candle? {
    guard let sum = forming else {
      return Candle(
        instrument: candle.instrument, timeframe: timeframe, openTime: openTime(candle.openTime),
        open: candle.open, high: candle.high, low: candle.low, close: candle.close,
        volume: candle.volume)
    }
    return Candle(
      instrument: sum.instrument, timeframe: timeframe, openTime: sum.openTime, open: sum.open,
      high: max(sum.high, candle.high), low: min(sum.low, candle.low), close: candle.close,
      volume: sum.volume + candle.volume)
  }

  private func openTime(_ time: MarketTime) -> MarketTime {
    time.advanced(byMilliseconds: -(time.milliseconds % timeframe.milliseconds))
  }
}
