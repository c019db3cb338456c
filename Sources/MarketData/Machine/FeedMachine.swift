package import Domain
package import Wire

/// Decides what is asked of the venue and what is told to the pipeline; asks and tells nothing
/// itself.
///
/// Invariants:
/// 1. Only closed candles are published, per instrument in order, each once; bars that the venue
///    does not have are published as a hole, never passed over in silence.
/// 2. A ticker is told before the candles that it showed to be over, with the moment at which it
///    was asked for: its age is never underestimated.
/// 3. Candles are asked for when a ticker says that one has closed, and otherwise once a minute.
/// 4. A failure is asked again later, at most `longestRetryMilliseconds` later; nothing else stops.
package struct FeedMachine: Sendable {
  private enum Purpose: Hashable, Sendable {
    case instruments
    case tickers(askedAt: WallTime)
    case candles(InstrumentID, proof: MarketTime)
  }

  let settings: FeedSettings
  /// Where an earlier life of this process stopped.
  private let places: [InstrumentID: MarketTime]
  var feeds: [InstrumentID: InstrumentFeed] = [:]
  private var purposes: [UInt64: Purpose] = [:]
  private var nextTag: UInt64 = 1
  private var nextInstruments: MachineTime? = MachineTime(nanoseconds: 0)
  private var nextTickers: MachineTime?
  private var loadLimit: MachineTime?
  private var failuresInRow = 0
  var newsAt: MachineTime?
  private var leftAside: [InstrumentID] = []
  var effects: [FeedEffect] = []

  package private(set) var isReady = false
  package private(set) var requests: UInt64 = 0
  package private(set) var failures: UInt64 = 0
  package internal(set) var published: UInt64 = 0
  package internal(set) var newest: Candle?

  package init(settings: FeedSettings, places: [InstrumentID: MarketTime]) {
    self.settings = settings
    self.places = places
  }

  package mutating func step(_ event: FeedEvent, now: FeedTime) -> [FeedEffect] {
    effects = []
    if case .report(let report) = event { receive(report, now: now) }
    startWhatIsDue(now)
    announceReadiness(now)
    return effects
  }

  /// When `step` is due though nothing has been answered.
  package func wake(now: MachineTime) -> MachineTime {
    let candles =
      candleRequests < FeedSettings.mostCandleRequests
      ? feeds.values.compactMap { $0.askAt(now: now) } : []
    let limit = loadLimit.flatMap { isReady || $0 <= now ? nil : $0 }
    let all = [nextInstruments, nextTickers, limit].compactMap { $0 } + candles
    return all.min() ?? now.advanced(byMilliseconds: 1000)
  }

  /// Whether nothing new has been heard for too long.
  package func isStale(now: MachineTime) -> Bool {
    guard let newsAt else { return true }
    return now.milliseconds(since: newsAt) > settings.staleMilliseconds
  }

  /// What a listener begins with: at most `count` newest closed candles an instrument.
  package func snapshot(
    epoch: UInt64, sequence: UInt64, candles count: Int
  ) -> StreamReply {
    let all = feeds.keys.sorted().compactMap { feeds[$0] }
    return StreamReply(
      epoch: epoch, sequence: sequence, instruments: all.map(\.instrument),
      candles: all.flatMap { $0.series.closed.suffix(count) }, tickers: all.compactMap(\.reading))
  }

  // MARK: - Asking

  private var candleRequests: Int { feeds.values.count(where: \.isAsking) }

  private mutating func startWhatIsDue(_ now: FeedTime) {
    if let due = nextInstruments, due <= now.machine {
      nextInstruments = nil
      ask(.instruments, for: .instruments)
    }
    guard !feeds.isEmpty else { return }
    if let due = nextTickers, due <= now.machine {
      nextTickers = nil
      ask(.tickers, for: .tickers(askedAt: now.wall))
    }
    for id in feeds.keys.sorted() where candleRequests < FeedSettings.mostCandleRequests {
      guard let feed = feeds[id], let due = feed.askAt(now: now.machine), due <= now.machine,
        let time = feed.reading?.ticker.time
      else { continue }
      feeds[id]?.isAsking = true
      feeds[id]?.barAsked = feed.bar
      feeds[id]?.safetyAt = now.machine.advanced(byMilliseconds: FeedSettings.safetyMilliseconds)
      let from = feed.askFrom(settings, time: time)
      ask(
        .candles(id, settings.timeframe, from: from, to: nil), for: .candles(id, proof: time))
    }
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
      nextTickers = now.machine.advanced(byMilliseconds: settings.pollMilliseconds)
      for ticker in tickers { hear(TickerReading(ticker: ticker, readAt: askedAt), now: now) }
    case (.candles(let id, let proof), .answer(.candles(let bars))):
      feeds[id]?.isAsking = false
      feeds[id]?.failures = 0
      take(bars, of: id, proof: proof, now: now)
    default: failed(purpose, report.outcome, now: now)
    }
  }

  private mutating func succeeded() {
    if failuresInRow >= 3 { effects.append(.alert("the venue answers again")) }
    failuresInRow = 0
  }

  private mutating func failed(_ purpose: Purpose, _ outcome: VenueOutcome, now: FeedTime) {
    failures += 1
    if case .candles(let id, _) = purpose {
      guard var feed = feeds[id] else { return }
      feed.isAsking = false
      feed.failures += 1
      feed.notBefore = now.machine.advanced(byMilliseconds: retry(after: feed.failures))
      feeds[id] = feed
      return
    }
    failuresInRow += 1
    if failuresInRow == 3 { effects.append(.alert("the venue does not answer: \(outcome)")) }
    let due = now.machine.advanced(byMilliseconds: retry(after: failuresInRow))
    if case .instruments = purpose { nextInstruments = due } else { nextTickers = due }
  }

  private mutating func listed(_ list: [Instrument], now: FeedTime) {
    for instrument in choose(list) where feeds[instrument.id]?.instrument != instrument {
      if feeds[instrument.id] != nil {
        feeds[instrument.id]?.instrument = instrument
      } else {
        var feed = InstrumentFeed(
          instrument: instrument,
          series: CandleSeries(
            instrument.id, settings.timeframe,
            capacity: max(settings.historyCandles, FeedSettings.leastKept)))
        feed.publishFrom = places[instrument.id]
        feeds[instrument.id] = feed
      }
      effects.append(.publish(.instrument(instrument)))
    }
    guard loadLimit == nil else { return }
    loadLimit = now.machine.advanced(byMilliseconds: FeedSettings.loadLimitMilliseconds)
    nextTickers = now.machine
  }

  /// Those that are configured, or the tradeable ones up to the bound; says what is left aside.
  private mutating func choose(_ list: [Instrument]) -> [Instrument] {
    let sorted = list.sorted { $0.id < $1.id }
    let most = FeedSettings.mostInstruments
    let wanted =
      settings.instruments.isEmpty
      ? sorted.filter { $0.tradeable || feeds[$0.id] != nil }
      : sorted.filter { settings.instruments.contains($0.id) }
    // What is followed already stays followed.
    let chosen = (wanted.filter { feeds[$0.id] != nil } + wanted.filter { feeds[$0.id] == nil })
      .prefix(most)
    let ids = Set(chosen.map(\.id))
    let aside =
      (settings.instruments.isEmpty ? wanted.map(\.id) : settings.instruments.sorted())
      .filter { !ids.contains($0) }
    if aside != leftAside, !aside.isEmpty {
      let names = aside.prefix(10).map(\.symbol).joined(separator: " ")
      let reason =
        settings.instruments.isEmpty
        ? "more than \(most) are not followed: name them in market_data.instruments"
        : "the venue does not list them, or they are more than \(most)"
      effects.append(.alert("\(aside.count) instruments left aside: \(names): \(reason)"))
    }
    leftAside = aside
    return Array(chosen)
  }

  private mutating func announceReadiness(_ now: FeedTime) {
    guard !isReady, !feeds.isEmpty else { return }
    let loaded = feeds.values.count(where: \.isLoaded)
    let isLate = loadLimit.map { $0 <= now.machine } ?? false
    guard loaded == feeds.count || (isLate && loaded > 0) else { return }
    isReady = true
    for feed in feeds.values.sorted(by: { $0.instrument.id < $1.instrument.id })
    where !feed.isLoaded {
      effects.append(.alert("\(feed.instrument.id): no history yet, going on without"))
    }
    effects.append(.ready)
  }
}
