import Domain
import Wire

/// What the feed knows and has asked of one instrument.
struct InstrumentFeed: Hashable, Sendable {
  var instrument: Instrument
  var series: CandleSeries
  /// Candles from this open time on are published; nil: those after the history.
  var publishFrom: MarketTime?
  var isLoaded = false
  var reading: TickerReading?
  var repeatAt = MachineTime(nanoseconds: 0)
  var isAsking = false
  var failures = 0
  /// Not to be asked before.
  var notBefore = MachineTime(nanoseconds: 0)
  /// When candles are asked for though no ticker says that one has closed.
  var safetyAt = MachineTime(nanoseconds: 0)
  /// The bar the market was in when candles were asked for last, counted from 1970.
  var barAsked: Int64 = -1

  /// The bar the market is in.
  var bar: Int64 {
    (reading?.ticker.time.milliseconds ?? 0) / series.timeframe.milliseconds
  }

  /// Open time of the next candle to publish; while the history is read, where it was before.
  var place: MarketTime? {
    [series.next, publishFrom].compactMap { $0 }.max()
  }

  /// When candles should be asked for; nil while that waits for something else.
  func askAt(now: MachineTime) -> MachineTime? {
    guard !isAsking, let time = reading?.ticker.time else { return nil }
    guard isLoaded else { return notBefore }
    guard series.next != nil else { return bar > barAsked ? notBefore : max(safetyAt, notBefore) }
    guard series.isBehind(time) else { return max(safetyAt, notBefore) }
    return bar > barAsked && failures == 0 ? now : notBefore
  }

  /// Where the next question begins; before the first candle at the edge of the history.
  func askFrom(_ settings: FeedSettings, time: MarketTime) -> MarketTime {
    if let next = series.next { return next }
    let length = series.timeframe.milliseconds
    let start = max(0, bar - Int64(settings.historyCandles)) * length
    return MarketTime(
      milliseconds: min(start, publishFrom?.milliseconds ?? start))
  }

  /// Forgets its place in the market, not what it is.
  mutating func startOver() {
    series = CandleSeries(instrument.id, series.timeframe, capacity: series.capacity)
    publishFrom = nil
    isLoaded = false
    barAsked = -1
  }
}
