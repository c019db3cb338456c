package import Domain

/// What the feed knows of one instrument.
package struct FollowedInstrument: Hashable, Sendable {
  package var instrument: Instrument
  /// The market's own clock as of the last ticker.
  var marketTime: MarketTime?
  /// Open time of the newest closed candle that is known.
  package private(set) var lastOpen: MarketTime?
  /// The newest closed candles, oldest first.
  package private(set) var candles: [Candle] = []
  var isAsking = false
  /// Times in a row that a candle that should be there was not.
  var tries: Int64 = 0
  private var askAt: MachineTime?

  init(_ instrument: Instrument) {
    self.instrument = instrument
  }

  /// Which candles to ask for.
  struct Want: Hashable, Sendable {
    let from: MarketTime
    /// Open time of the newest candle that is closed.
    let lastOpen: MarketTime
    let closedBefore: MarketTime
  }

  /// The candles that have closed and are not known; nil when there is nothing to ask.
  func wanted(_ settings: FeedMachine.Settings, now: MachineTime) -> Want? {
    guard !isAsking, let marketTime, askAt.map({ $0 <= now }) ?? true else { return nil }
    let step = settings.timeframe.milliseconds
    let closed = marketTime.milliseconds / step * step
    let newest = MarketTime(milliseconds: closed - step)
    let from: MarketTime
    if let lastOpen {
      guard newest > lastOpen else { return nil }
      from = lastOpen.advanced(byMilliseconds: step)
    } else {
      from = newest.advanced(byMilliseconds: -step * Int64(settings.historyCandles - 1))
    }
    return Want(from: from, lastOpen: newest, closedBefore: marketTime)
  }

  mutating func append(_ candle: Candle, keep: Int) {
    invariant(
      lastOpen.map { candle.openTime > $0 } ?? true, "candles are kept in order, each once")
    lastOpen = candle.openTime
    candles.append(candle)
    if candles.count > keep { candles.removeFirst(candles.count - keep) }
  }

  /// Asks again later, ever more slowly: a minute without a trade may have no candle at all.
  mutating func retry(_ settings: FeedMachine.Settings, after now: MachineTime) {
    tries = min(tries + 1, 25)
    askAt = now.advanced(byMilliseconds: settings.pollMilliseconds * tries)
  }
}
