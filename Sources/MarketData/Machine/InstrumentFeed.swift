import Domain
import Wire

/// What the feed knows of one instrument.
struct InstrumentFeed: Hashable, Sendable {
  /// A market time that was heard, and when.
  struct Claim: Hashable, Sendable {
    let time: MarketTime
    let at: MachineTime
  }

  var instrument: Instrument
  /// One a timeframe; the first is the one that strategies run on.
  var lanes: [CandleLane]
  var trades: TradeBars
  var reading: TickerReading?
  var repeatAt = MachineTime(nanoseconds: 0)
  /// When a ticker was heard last, from wherever.
  var heardAt: MachineTime?
  /// Since when the trades are not complete; nil while they are.
  var brokenSince: MachineTime?
  var tradeTime: MarketTime?
  /// Tickers in a row that were older than what is known.
  var backwards = 0
  /// The moment that is waited out before bars are closed by the clock.
  var claim: Claim?
  /// What is stale, as it was last told.
  var toldStale: Set<StreamChannel> = []

  init(_ instrument: Instrument, _ settings: FeedSettings, places: [SeriesID: MarketTime]) {
    self.instrument = instrument
    lanes = settings.timeframes.map { timeframe in
      var lane = CandleLane(instrument.id, timeframe, settings)
      lane.publishFrom = places[SeriesID(instrument.id, timeframe)]
      return lane
    }
    trades = TradeBars(instrument.id, settings.timeframes)
  }

  /// The market's time as far as it is known.
  var time: MarketTime? { [reading?.ticker.time, tradeTime].compactMap { $0 }.max() }

  var isLoaded: Bool { lanes.allSatisfy(\.isLoaded) }

  func lane(_ timeframe: Timeframe) -> Int? {
    lanes.firstIndex { $0.timeframe == timeframe }
  }

  /// When the series in question should be asked for; nil while nothing is known of the market.
  func askAt(_ lane: Int, now: MachineTime) -> MachineTime? {
    time.flatMap { lanes[lane].askAt($0, trades: trades, now: now) }
  }

  /// When bars may be closed by the clock; nil while there is none to close.
  var settleAt: MachineTime? {
    guard let claim, trades.hasOver(at: claim.time) else { return nil }
    return claim.at.advanced(byMilliseconds: FeedSettings.settleMilliseconds)
  }

  /// Notes what is over, and closes by the clock what has been over for long enough.
  mutating func look(now: MachineTime) -> [Candle] {
    guard let time else { return [] }
    for index in lanes.indices { lanes[index].look(at: time, now: now) }
    var over: [Candle] = []
    if let claim {
      guard now.milliseconds(since: claim.at) >= FeedSettings.settleMilliseconds else {
        return quiet(now: now)
      }
      over = trades.pass(to: claim.time)
    }
    claim = Claim(time: time, at: now)
    return over + quiet(now: now)
  }

  /// Bars without a trade that the chart has not shown for too long. While the market runs ahead of
  /// the wait, the chart of the bars after them decides.
  private func quiet(now: MachineTime) -> [Candle] {
    lanes.compactMap { lane in
      guard let since = lane.overSince, let next = lane.series.next, let time,
        now.milliseconds(since: since) >= FeedSettings.quietMilliseconds,
        time.milliseconds - next.milliseconds < 3 * lane.timeframe.milliseconds
      else { return nil }
      return trades.quiet(lane.timeframe, at: next)
    }
  }

  /// Forgets its place in the market, not what it is.
  mutating func startOver() {
    for index in lanes.indices { lanes[index].startOver() }
    let wasContinuous = trades.isContinuous
    trades = TradeBars(instrument.id, lanes.map(\.timeframe))
    if wasContinuous { trades.begin(.fromNow, now: nil) }
    tradeTime = nil
    claim = nil
  }
}
