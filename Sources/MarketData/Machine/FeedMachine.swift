package import Domain
package import Wire

/// Decides what is asked of the venue and what is told to the pipeline; asks and tells nothing
/// itself.
///
/// Invariants:
/// 1. Only closed candles are published, per series in order, each once; bars that the venue does
///    not have are published as a hole, never passed over in silence.
/// 2. A ticker is told with the moment at which it was asked for, or before which it cannot have
///    been sent: its age is never underestimated.
/// 3. A candle comes of trades when the stream has lost none of it, of the chart otherwise; what
///    comes first is published, what comes later is compared.
/// 4. Charts are asked for at the start, after every gap, when the clock says that a bar has closed
///    and no trade has shown it, and otherwise once a minute.
/// 5. A failure is asked again later, at most `longestRetryMilliseconds` later; nothing else stops,
///    and what one series waits for no other one waits for.
package struct FeedMachine: Sendable {
  private enum Purpose: Hashable, Sendable {
    case instruments
    case tickers(askedAt: FeedTime)
    case candles(SeriesID, proof: MarketTime)
  }

  let settings: FeedSettings
  /// Where an earlier life of this process stopped.
  let earlier: [SeriesID: MarketTime]
  var feeds: [InstrumentID: InstrumentFeed] = [:]
  private var purposes: [UInt64: Purpose] = [:]
  private var nextTag: UInt64 = 1
  private var nextInstruments: MachineTime? = MachineTime(nanoseconds: 0)
  var nextTickers: MachineTime?
  var loadLimit: MachineTime?
  private var failuresInRow = 0
  private var candleRequests = 0
  var newsAt: MachineTime?
  var leftAside: [InstrumentID] = []
  var mustRemember = false
  var effects: [FeedEffect] = []

  /// Whether the stream has a connection, and when it last told a ticker.
  var isConnected = false
  var streamTickerAt: MachineTime?
  var staleCheckAt = MachineTime(nanoseconds: 0)
  /// When what is stale is told again.
  var staleRepeatAt = MachineTime(nanoseconds: 0)
  /// Until when the archive is waited for; nil when nothing is asked of it.
  var recallLimit: MachineTime?
  /// When charts are looked at again, and the soonest that was due at the last look.
  private var scanAt = MachineTime(nanoseconds: 0)
  private var soonestChart: MachineTime?
  private var isScanned = true
  /// Something was heard for which a chart may be due at once.
  var mustScan = false

  package internal(set) var isReady = false
  package private(set) var requests: UInt64 = 0
  package private(set) var failures: UInt64 = 0
  package internal(set) var published: UInt64 = 0
  package internal(set) var newest: Candle?
  package internal(set) var source = FeedSource.polling
  /// Trades heard, candles that came of them, gaps of the stream, candles the chart has otherwise.
  package internal(set) var trades: UInt64 = 0
  package internal(set) var traded: UInt64 = 0
  package internal(set) var gaps: UInt64 = 0
  package internal(set) var differences: UInt64 = 0
  /// Series that began with what the archive had.
  package internal(set) var recalledSeries: UInt64 = 0
  /// Trades that came after their candle was told.
  package var late: UInt64 { feeds.values.reduce(0) { $0 + $1.trades.late } }

  package init(settings: FeedSettings, places: [SeriesID: MarketTime]) {
    self.settings = settings
    earlier = places
  }

  package mutating func step(_ event: FeedEvent, now: FeedTime) -> [FeedEffect] {
    effects = []
    mustRemember = false
    mustScan = false
    var isScanDue = true
    switch event {
    case .tick: break
    case .report(let report): receive(report, now: now)
    case .stream(let events):
      hear(events, now: now)
      // Looking at every series after every few messages would cost more than the messages.
      isScanDue = mustScan || scanAt <= now.machine
    case .archived(let candles): recalled(candles)
    }
    judge(now)
    giveUpRecalling(now)
    startWhatIsDue(now, charts: isScanDue)
    announceReadiness(now)
    if mustRemember { effects.append(.remember(places)) }
    return effects
  }

  /// When `step` is due though nothing has been answered.
  package func wake(now: MachineTime) -> MachineTime {
    var soonest = [nextInstruments, nextTickers].compactMap { $0 }.min()
    func consider(_ moment: MachineTime?) {
      guard let moment else { return }
      soonest = soonest.map { min($0, moment) } ?? moment
    }
    if !isReady, let loadLimit, loadLimit > now { consider(loadLimit) }
    if !feeds.isEmpty { consider(staleCheckAt) }
    consider(recallLimit)
    if candleRequests < FeedSettings.mostCandleRequests {
      consider(isScanned ? soonestChart : scanAt)
    }
    return soonest ?? now.advanced(byMilliseconds: 1000)
  }

  /// Whether nothing new has been heard for too long.
  package func isStale(now: MachineTime) -> Bool {
    guard let newsAt else { return true }
    return now.milliseconds(since: newsAt) > settings.staleMilliseconds
  }

  /// What a listener begins with: at most `count` newest closed candles a series.
  package func snapshot(
    epoch: UInt64, sequence: UInt64, candles count: Int
  ) -> StreamReply {
    let all = feeds.keys.sorted().compactMap { feeds[$0] }
    let series = all.reduce(0) { $0 + $1.lanes.count }
    // A reply has a bound of its own.
    let share = min(count, FeedSettings.mostSnapshotCandles / max(1, series))
    return StreamReply(
      epoch: epoch, sequence: sequence, instruments: all.map(\.instrument),
      candles: all.flatMap { $0.lanes.flatMap { $0.series.closed.suffix(share) } },
      tickers: all.compactMap(\.reading))
  }

  // MARK: - Asking

  private mutating func startWhatIsDue(_ now: FeedTime, charts: Bool) {
    if let due = nextInstruments, due <= now.machine {
      nextInstruments = nil
      ask(.instruments, for: .instruments)
    }
    guard !feeds.isEmpty else { return }
    if let due = nextTickers, due <= now.machine {
      nextTickers = nil
      ask(.tickers, for: .tickers(askedAt: now))
    }
    isScanned = charts
    if charts { scan(now) }
  }

  /// Asks for the charts that are due.
  private mutating func scan(_ now: FeedTime) {
    scanAt = now.machine.advanced(byMilliseconds: FeedSettings.scanMilliseconds)
    soonestChart = nil
    guard candleRequests < FeedSettings.mostCandleRequests else { return }
    // Whoever has waited longest is first, so that nobody waits for ever.
    var due: [(at: MachineTime, id: InstrumentID, lane: Int)] = []
    for (id, feed) in feeds {
      for lane in feed.lanes.indices {
        guard let at = feed.askAt(lane, now: now.machine) else { continue }
        if at <= now.machine {
          due.append((at, id, lane))
        } else {
          soonestChart = min(soonestChart ?? at, at)
        }
      }
    }
    due.sort { ($0.at, $0.id, $0.lane) < ($1.at, $1.id, $1.lane) }
    for (_, id, lane) in due.prefix(FeedSettings.mostCandleRequests - candleRequests) {
      askCandles(id, lane, now)
    }
  }

  private mutating func askCandles(_ id: InstrumentID, _ index: Int, _ now: FeedTime) {
    guard let time = feeds[id]?.time, let lane = feeds[id]?.lanes[index] else { return }
    feeds[id]?.lanes[index].isAsking = true
    feeds[id]?.lanes[index].barAsked = lane.bar(at: time)
    feeds[id]?.lanes[index].safetyAt = now.machine.advanced(
      byMilliseconds: FeedSettings.safetyMilliseconds)
    candleRequests += 1
    let from = lane.askFrom(settings, time: time)
    let isSpot = settings.spot.contains(id)
    ask(
      isSpot
        ? .spotCandles(id, lane.timeframe, from: from, to: nil)
        : .candles(id, lane.timeframe, from: from, to: nil),
      for: .candles(SeriesID(id, lane.timeframe), proof: time))
  }

  func pollInterval(_ now: MachineTime) -> Int64 {
    isStreaming(now)
      ? max(settings.pollMilliseconds, FeedSettings.streamedPollMilliseconds)
      : settings.pollMilliseconds
  }

  /// What was put off while the stream told tickers is due at once.
  mutating func askTickersSoon(_ now: FeedTime) {
    if let due = nextTickers { nextTickers = min(due, now.machine) }
  }

  private mutating func ask(_ request: VenueRequest, for purpose: Purpose) {
    purposes[nextTag] = purpose
    effects.append(.request(request, tag: nextTag))
    nextTag += 1
    requests += 1
  }

  private func retry(after failures: Int) -> Int64 {
    min(
      FeedSettings.longestRetryMilliseconds,
      settings.pollMilliseconds << Int64(min(failures, 8)))
  }

  // MARK: - Answers

  private mutating func receive(_ report: VenueReport, now: FeedTime) {
    guard let purpose = purposes.removeValue(forKey: report.tag) else {
      fatalError("invariant broken: tag \(report.tag) is answered once")
    }
    switch (purpose, report.outcome) {
    case (.instruments, .answer(.instruments(let list))) where !list.isEmpty:
      succeeded()
      nextInstruments = now.machine.advanced(
        byMilliseconds: FeedSettings.instrumentsMilliseconds)
      listed(list, now: now)
    case (.tickers(let askedAt), .answer(.tickers(let tickers))):
      succeeded()
      nextTickers = now.machine.advanced(byMilliseconds: pollInterval(now.machine))
      for ticker in tickers {
        hear(
          TickerReading(ticker: ticker, readAt: askedAt.wall), askedAt: askedAt.machine, now: now)
      }
    case (.candles(let id, let proof), .answer(.candles(let bars))):
      answered(id, failures: 0)
      take(bars, of: id, proof: proof, now: now)
    default: failed(purpose, report.outcome, now: now)
    }
  }

  private mutating func answered(_ id: SeriesID, failures: Int) {
    candleRequests -= 1
    guard let index = feeds[id.instrument]?.lane(id.timeframe) else { return }
    feeds[id.instrument]?.lanes[index].isAsking = false
    feeds[id.instrument]?.lanes[index].failures = failures
  }

  private mutating func succeeded() {
    if failuresInRow >= 3 { effects.append(.alert("the venue answers again")) }
    failuresInRow = 0
  }

  private mutating func failed(_ purpose: Purpose, _ outcome: VenueOutcome, now: FeedTime) {
    failures += 1
    if case .candles(let id, _) = purpose {
      guard let index = feeds[id.instrument]?.lane(id.timeframe),
        let before = feeds[id.instrument]?.lanes[index].failures
      else { return }
      answered(id, failures: before + 1)
      let due = now.machine.advanced(byMilliseconds: retry(after: before + 1))
      feeds[id.instrument]?.lanes[index].notBefore = due
      return
    }
    failuresInRow += 1
    if failuresInRow == 3 { effects.append(.alert("the venue does not answer: \(outcome)")) }
    let due = now.machine.advanced(byMilliseconds: retry(after: failuresInRow))
    if case .instruments = purpose { nextInstruments = due } else { nextTickers = due }
  }
}
