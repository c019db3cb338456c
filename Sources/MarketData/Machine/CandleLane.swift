import Domain

/// What the feed knows and has asked of one series of candles.
struct CandleLane: Hashable, Sendable {
  var series: CandleSeries
  /// Candles from this open time on are published; nil: those after the history.
  var publishFrom: MarketTime?
  var isLoaded = false
  var isAsking = false
  /// Whether the archive has been asked and has not answered.
  var isRecalling = false
  var failures = 0
  /// Not to be asked before.
  var notBefore = MachineTime(nanoseconds: 0)
  /// When candles are asked for though no ticker says that one has closed.
  var safetyAt = MachineTime(nanoseconds: 0)
  /// The bar the market was in when candles were asked for last, counted from 1970.
  var barAsked: Int64 = -1
  /// Since when the next bar is known to be over.
  var overSince: MachineTime?

  init(_ instrument: InstrumentID, _ timeframe: Timeframe, _ settings: FeedSettings) {
    series = CandleSeries(
      instrument, timeframe, capacity: max(settings.historyCandles, FeedSettings.leastKept))
  }

  var timeframe: Timeframe { series.timeframe }
  private var length: Int64 { series.timeframe.milliseconds }

  /// The bar the market is in.
  func bar(at time: MarketTime) -> Int64 { time.milliseconds / length }

  /// Open time of the next candle to publish; while the history is read, where it was before.
  var place: MarketTime? {
    [series.next, publishFrom].compactMap { $0 }.max()
  }

  /// Notes since when the next bar is over.
  mutating func look(at time: MarketTime, now: MachineTime) {
    guard series.isBehind(time) else { return overSince = nil }
    if overSince == nil { overSince = now }
  }

  /// When candles should be asked for; nil while that waits for something else.
  ///
  /// A bar that the trades will give is left to them for a moment.
  func askAt(_ time: MarketTime, trades: TradeBars, now: MachineTime) -> MachineTime? {
    guard !isAsking, !isRecalling else { return nil }
    let bar = bar(at: time)
    guard isLoaded else { return notBefore }
    guard let next = series.next else {
      return bar > barAsked ? notBefore : max(safetyAt, notBefore)
    }
    guard series.isBehind(time) else { return max(safetyAt, notBefore) }
    if trades.covers(next), let overSince {
      let grace = overSince.advanced(byMilliseconds: FeedSettings.streamGraceMilliseconds)
      return max(grace, notBefore)
    }
    return bar > barAsked && failures == 0 ? now : notBefore
  }

  /// Where the next question begins; before the first candle at the edge of the history.
  func askFrom(_ settings: FeedSettings, time: MarketTime) -> MarketTime {
    if let next = series.next {
      // With no news expected the last bars are compared with what was taken.
      let back = series.isBehind(time) ? 0 : 5 * length
      return MarketTime(milliseconds: max(0, next.milliseconds - back))
    }
    let start = max(0, bar(at: time) - Int64(settings.historyCandles)) * length
    return MarketTime(milliseconds: min(start, publishFrom?.milliseconds ?? start))
  }

  /// Forgets the bars it has, not where it goes on.
  mutating func forgetBars() {
    series = CandleSeries(series.instrument, series.timeframe, capacity: series.capacity)
  }

  /// Forgets its place in the market, not what it is.
  mutating func startOver() {
    forgetBars()
    publishFrom = nil
    isLoaded = false
    barAsked = -1
    overSince = nil
  }
}
