package import Domain

/// What happens to the feed.
package enum FeedEvent: Sendable {
  case started
  case report(VenueReport)
  case tick
}

/// What the feed wants done.
package enum FeedEffect: Hashable, Sendable {
  case request(VenueRequest, tag: UInt64)
  case instrument(Instrument)
  case ticker(Ticker, readAt: WallTime)
  /// A closed candle, each once and in order.
  case candle(Candle)
  /// The venue itself has no candle for so long a time before the next one.
  case hole(InstrumentID, from: MarketTime, missing: Int)
  case ready
  case alert(String)
}

/// The clocks of one step.
package struct FeedTime: Hashable, Sendable {
  package let wall: WallTime
  package let machine: MachineTime

  package init(wall: WallTime, machine: MachineTime) {
    self.wall = wall
    self.machine = machine
  }
}

/// Turns what a venue answers into closed candles.
///
/// Invariants:
/// 1. A candle is published only when the market's own clock, read *before* the candles were asked
///    for, had passed its close: never a half-formed one.
/// 2. Candles of an instrument come out once each, in order; one that the venue does not have is
///    said, not skipped over in silence.
/// 3. One request of a kind is under way at a time, and a quiet market asks for tickers only.
package struct FeedMachine: Sendable {
  package struct Settings: Hashable, Sendable {
    /// Symbols that are followed; empty for all the venue lists.
    package var instruments: [InstrumentID] = []
    package var timeframe: Timeframe = .oneMinute
    package var pollMilliseconds: Int64 = 200
    package var historyCandles = 300
    package var staleMilliseconds: Int64 = 5000

    package init() {}
  }

  /// More instruments than this are not followed.
  static let mostInstruments = 32
  private static let instrumentsMilliseconds: Int64 = 600_000

  private enum Purpose: Hashable, Sendable {
    case instruments
    case tickers
    case candles(InstrumentID, closedBefore: MarketTime)
  }

  package let settings: Settings
  package private(set) var followed: [InstrumentID: FollowedInstrument] = [:]
  package private(set) var isReady = false
  package private(set) var requests = 0
  package private(set) var failures = 0
  /// Candles that were published in this life.
  package private(set) var published = 0
  private var lastAnswer: MachineTime?
  private var isAlarmed = false
  private var purposes: [UInt64: Purpose] = [:]
  private var nextTag: UInt64 = 1
  private var nextInstruments: MachineTime?
  private var nextTickers: MachineTime?
  private var effects: [FeedEffect] = []

  package init(_ settings: Settings) {
    self.settings = settings
  }

  package mutating func step(_ event: FeedEvent, now: FeedTime) -> [FeedEffect] {
    effects = []
    switch event {
    case .started:
      nextInstruments = now.machine
      lastAnswer = now.machine
    case .report(let report): receive(report, now)
    case .tick: break
    }
    askWhatIsDue(now)
    judgeStaleness(now)
    defer { effects = [] }
    return effects
  }

  /// When `step(.tick)` is due at the latest.
  package func wake(now: MachineTime) -> MachineTime {
    let idle = now.advanced(byMilliseconds: 1000)
    return [nextInstruments, nextTickers].compactMap { $0 }.reduce(idle, min)
  }

  /// Whether the venue has not answered for too long.
  package func isStale(now: MachineTime) -> Bool {
    lastAnswer.map { now.milliseconds(since: $0) > settings.staleMilliseconds } ?? true
  }

  // MARK: - Asking

  private mutating func ask(_ request: VenueRequest, _ purpose: Purpose) {
    purposes[nextTag] = purpose
    effects.append(.request(request, tag: nextTag))
    requests += 1
    nextTag += 1
  }

  private mutating func askWhatIsDue(_ now: FeedTime) {
    if let due = nextInstruments, due <= now.machine {
      nextInstruments = nil
      ask(.instruments, .instruments)
    }
    if let due = nextTickers, due <= now.machine {
      nextTickers = nil
      ask(.tickers, .tickers)
    }
    for id in followed.keys.sorted() {
      guard let state = followed[id],
        let want = state.wanted(settings, now: now.machine)
      else { continue }
      followed[id]?.isAsking = true
      ask(
        .candles(id, settings.timeframe, from: want.from, to: want.lastOpen),
        .candles(id, closedBefore: want.closedBefore))
    }
  }

  private mutating func judgeStaleness(_ now: FeedTime) {
    let stale = isStale(now: now.machine)
    if stale && !isAlarmed {
      effects.append(.alert("no answer from the venue for \(settings.staleMilliseconds) ms"))
    }
    isAlarmed = stale
  }

  // MARK: - Hearing

  private mutating func receive(_ report: VenueReport, _ now: FeedTime) {
    guard let purpose = purposes.removeValue(forKey: report.tag) else {
      fatalError("invariant broken: tag \(report.tag) is answered once")
    }
    switch (purpose, report.outcome) {
    case (.instruments, .answer(.instruments(let list))) where !list.isEmpty: follow(list, now)
    case (.instruments, _):
      failed(now)
      nextInstruments = now.machine.advanced(byMilliseconds: settings.pollMilliseconds)
    case (.tickers, let outcome):
      nextTickers = now.machine.advanced(byMilliseconds: settings.pollMilliseconds)
      guard case .answer(.tickers(let tickers)) = outcome else { return failed(now) }
      lastAnswer = now.machine
      for ticker in tickers where followed[ticker.instrument] != nil {
        followed[ticker.instrument]?.marketTime = ticker.time
        effects.append(.ticker(ticker, readAt: now.wall))
      }
    case (.candles(let id, let closedBefore), let outcome):
      followed[id]?.isAsking = false
      guard case .answer(.candles(let candles)) = outcome else {
        failed(now)
        followed[id]?.retry(settings, after: now.machine)
        return
      }
      take(candles, of: id, closedBefore: closedBefore, now)
    }
  }

  private mutating func failed(_ now: FeedTime) {
    failures += 1
  }

  private mutating func follow(_ list: [Instrument], _ now: FeedTime) {
    lastAnswer = now.machine
    nextInstruments = now.machine.advanced(byMilliseconds: Self.instrumentsMilliseconds)
    nextTickers = nextTickers ?? now.machine
    let wanted = list.filter { instrument in
      settings.instruments.isEmpty
        ? instrument.tradeable : settings.instruments.contains(instrument.id)
    }.sorted { $0.id < $1.id }
    if wanted.count > Self.mostInstruments, followed.isEmpty {
      let left = wanted.count - Self.mostInstruments
      effects.append(
        .alert("\(left) of \(wanted.count) instruments are not followed: name those you trade"))
    }
    for missing in settings.instruments where !list.contains(where: { $0.id == missing }) {
      effects.append(.alert("the venue does not list \(missing)"))
    }
    for instrument in wanted.prefix(Self.mostInstruments)
    where followed[instrument.id]?.instrument != instrument {
      followed[instrument.id, default: FollowedInstrument(instrument)].instrument = instrument
      effects.append(.instrument(instrument))
    }
  }

  private mutating func take(
    _ candles: [Candle], of id: InstrumentID, closedBefore: MarketTime, _ now: FeedTime
  ) {
    guard var state = followed[id] else { return }
    let isHistory = state.lastOpen == nil
    var fresh: [Candle] = []
    for candle in candles
    where candle.instrument == id && candle.timeframe == settings.timeframe
      && candle.closeTime <= closedBefore
      && candle.openTime > (state.lastOpen ?? .init(milliseconds: 0))
    {
      if let last = state.lastOpen {
        let step = settings.timeframe.milliseconds
        let missing = (candle.openTime.milliseconds - last.milliseconds) / step - 1
        if missing > 0, !isHistory {
          effects.append(
            .hole(id, from: last.advanced(byMilliseconds: step), missing: Int(missing)))
        }
      }
      state.append(candle, keep: settings.historyCandles)
      fresh.append(candle)
    }
    // History is served on request; the stream carries what closes from now on.
    if !isHistory {
      effects += fresh.map { .candle($0) }
      published += fresh.count
    }
    if fresh.isEmpty { state.retry(settings, after: now.machine) } else { state.tries = 0 }
    followed[id] = state
    guard !isReady, followed.values.allSatisfy({ $0.lastOpen != nil }) else { return }
    isReady = true
    effects.append(.ready)
  }
}
