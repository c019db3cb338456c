import Domain
import Wire

/// What the feed knows of one instrument.
struct InstrumentFeed: Hashable, Sendable {
  var instrument: Instrument
  /// One a timeframe; the first is the one that strategies run on.
  var lanes: [CandleLane]
  var trades: TradeBars
  /// Whether the candles are the spot market's, which only the chart tells.
  let isSpot: Bool
  var reading: TickerReading?
  var repeatAt = MachineTime(nanoseconds: 0)
  /// When a ticker was heard last, from wherever.
  var heardAt: MachineTime?
  /// Since when the trades are not complete; nil while they are.
  var brokenSince: MachineTime?
  var tradeTime: MarketTime?
  /// The market's time on the stream itself: of what was before it, nothing is still on its way.
  var streamTime: MarketTime?
  /// When `reading` was taken.
  var readingAt = MachineTime(nanoseconds: 0)
  /// Answers in a row that were older than what is known.
  var backwards = 0
  /// What is stale, as it was last told.
  var toldStale: Set<StreamChannel> = []

  init(_ instrument: Instrument, _ settings: FeedSettings, places: [SeriesID: MarketTime]) {
    self.instrument = instrument
    let isSpot = settings.spot.contains(instrument.id)
    self.isSpot = isSpot
    lanes = settings.timeframes.map { timeframe in
      var lane = CandleLane(instrument.id, timeframe, settings)
      lane.publishFrom = places[SeriesID(instrument.id, timeframe)]
      // The archive holds the contract's own candles.
      lane.isRecalling = settings.usesArchive && !isSpot
      return lane
    }
    trades = TradeBars(instrument.id, settings.timeframes)
  }

  /// The market's time as far as it is known.
  var time: MarketTime? { [reading?.ticker.time, tradeTime].compactMap { $0 }.max() }

  /// Whether a bar begins between the market's time and `next`.
  func entersBar(at next: MarketTime) -> Bool {
    guard let time else { return true }
    return lanes.contains { $0.bar(at: time) < $0.bar(at: next) }
  }

  var isLoaded: Bool { lanes.allSatisfy(\.isLoaded) }

  func lane(_ timeframe: Timeframe) -> Int? {
    lanes.firstIndex { $0.timeframe == timeframe }
  }

  /// When the series in question should be asked for; nil while nothing is known of the market.
  func askAt(_ lane: Int, now: MachineTime) -> MachineTime? {
    let told = isSpot ? TradeBars(instrument.id, lanes.map(\.timeframe)) : trades
    return time.flatMap { lanes[lane].askAt($0, trades: told, now: now) }
  }

  /// Notes what is over, and closes by the clock what nothing else has closed for too long.
  ///
  /// While the market runs ahead of the wait, the chart of the bars after them decides.
  mutating func look(now: MachineTime) -> [Candle] {
    guard let time else { return [] }
    var over: [Candle] = []
    for index in lanes.indices {
      lanes[index].look(at: time, now: now)
      let lane = lanes[index]
      let length = lane.timeframe.milliseconds
      guard !isSpot, let since = lane.overSince, let next = lane.series.next, let streamTime,
        now.milliseconds(since: since) >= FeedSettings.quietMilliseconds,
        next.advanced(byMilliseconds: length) <= streamTime,
        time.milliseconds - next.milliseconds < 3 * length
      else { continue }
      over += trades.pass(to: streamTime)
      if let bar = trades.quiet(lane.timeframe, at: next) { over.append(bar) }
    }
    return over
  }

  /// Forgets its place in the market, not what it is.
  mutating func startOver() {
    for index in lanes.indices { lanes[index].startOver() }
    let wasContinuous = trades.isContinuous
    trades = TradeBars(instrument.id, lanes.map(\.timeframe))
    if wasContinuous { trades.begin(.fromNow, now: nil) }
    tradeTime = nil
    streamTime = nil
  }
}
