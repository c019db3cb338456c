import Archive
import Dispatch
import Domain
import Foundation
import Synchronization

/// Keeps closed candles in the archive and answers what it has, on a thread of its own.
///
/// Invariants: 1. Nothing here makes the feed wait: what it gives is queued, what it asked for is
/// picked up. 2. At most `mostWaiting` candles wait; beyond it the oldest go and are counted. 3. A
/// write is whole or not there, whenever the process ends; one that failed is tried again. 4. A
/// failure is told once, and its end too.
///
/// Its thread holds it until `close`.
final class CandleKeeper: Sendable {
  /// What the owner should tell people.
  enum Event: Hashable, Sendable {
    case failed(String)
    case works
    case dropped(Int)
  }

  /// A closed candle and whose steps it is counted in.
  struct Kept: Sendable {
    let candle: Candle
    let instrument: Instrument
    /// The venue's chart has it otherwise than it was told, and is right.
    let isCharted: Bool
  }

  /// What is asked at one time.
  struct Question: Sendable {
    let asked: [ArchiveQuestion]
    let instruments: [InstrumentID: Instrument]
  }

  static let mostWaiting = 200_000
  /// So many series are answered at a time.
  static let seriesPerAnswer = 50
  private static let retrySeconds = 5
  private static let pruneMilliseconds: Int64 = 3_600_000

  private struct State: Sendable {
    var kept: [Kept] = []
    var questions: [Question] = []
    var answers: [[SeriesID: [Candle]]] = []
    var events: [Event] = []
    var isOpen = true
    var archived: UInt64 = 0
  }

  private let path: String
  private let retention: [BarLength: Retention]
  private let state = Mutex(State())
  private let work = DispatchSemaphore(value: 0)
  private let finished = DispatchSemaphore(value: 0)
  private let wall: @Sendable () -> WallTime

  /// Opens the archive at `path` when there is something to do; `wall` reads the wall clock.
  init(
    path: String, retention: [BarLength: Retention], wall: @escaping @Sendable () -> WallTime
  ) {
    self.path = path
    self.retention = retention
    self.wall = wall
    let thread = Thread { [self] in run() }
    thread.name = "candles"
    thread.start()
  }

  func ask(_ question: Question) {
    state.withLock { $0.questions.append(question) }
    work.signal()
  }

  func keep(_ candles: [Kept]) {
    guard !candles.isEmpty else { return }
    state.withLock { state in
      state.kept += candles
      let beyond = state.kept.count - Self.mostWaiting
      guard beyond > 0 else { return }
      state.kept.removeFirst(beyond)
      state.events.append(.dropped(beyond))
    }
    work.signal()
  }

  /// What has been answered since the last call.
  func answers() -> [[SeriesID: [Candle]]] {
    state.withLock { state in
      defer { state.answers = [] }
      return state.answers
    }
  }

  func events() -> [Event] {
    state.withLock { state in
      defer { state.events = [] }
      return state.events
    }
  }

  /// Candles that were new to the archive.
  var archived: UInt64 { state.withLock { $0.archived } }

  /// Writes what waits and ends the thread, within `milliseconds` or not at all.
  func close(within milliseconds: Int) {
    state.withLock { $0.isOpen = false }
    work.signal()
    _ = finished.wait(timeout: .now() + .milliseconds(milliseconds))
  }
}

// MARK: - The thread

extension CandleKeeper {
  private func run() {
    var store: CandleStore?
    var hasFailed = false
    var pruneAt: Int64 = .min
    while true {
      _ = work.wait(timeout: .now() + .seconds(hasFailed ? Self.retrySeconds : 60))
      let (kept, questions, isOpen) = state.withLock { state in
        defer { (state.kept, state.questions) = ([], []) }
        return (state.kept, state.questions, state.isOpen)
      }
      do throws(CandleStoreError) {
        let open: CandleStore
        if let store { open = store } else { open = try CandleStore(path: path) }
        store = open
        for question in questions { try answer(question, open) }
        try write(kept, open)
        let now = wall().milliseconds
        if pruneAt <= now {
          pruneAt = now + Self.pruneMilliseconds
          _ = try open.prune(retention, now: MarketTime(milliseconds: now))
        }
        if hasFailed { tell(.works) }
        hasFailed = false
      } catch {
        // The chart is asked for what is not answered; what is not written waits.
        if !hasFailed { tell(.failed(error.description)) }
        hasFailed = true
        state.withLock { $0.kept.insert(contentsOf: kept, at: 0) }
      }
      guard isOpen else { break }
    }
    try? store?.close()
    finished.signal()
  }

  private func tell(_ event: Event) {
    state.withLock { $0.events.append(event) }
  }

  private func answer(_ question: Question, _ store: CandleStore) throws(CandleStoreError) {
    var rest = question.asked[...]
    while !rest.isEmpty {
      var found: [SeriesID: [Candle]] = [:]
      for asked in rest.prefix(Self.seriesPerAnswer) {
        let id = asked.series
        guard let instrument = question.instruments[id.instrument] else { continue }
        let bars = try store.newest(
          asked.count, of: Archive.SeriesID(id.instrument), length: BarLength(id.timeframe),
          before: asked.before)
        let candles = bars.compactMap { bar -> Candle? in
          guard let candle = bar.candle(of: instrument, timeframe: id.timeframe),
            RawCandle(candle, of: instrument) == bar
          else { return nil }
          return candle
        }
        // Bars that the instrument's present steps cannot tell exactly are none of this series.
        found[id] = candles.count == bars.count ? candles : []
      }
      rest = rest.dropFirst(Self.seriesPerAnswer)
      state.withLock { $0.answers.append(found) }
    }
  }

  private func write(_ kept: [Kept], _ store: CandleStore) throws(CandleStoreError) {
    // A candle and what the chart says of it may both wait: the order within a series stays.
    var rest = kept[...]
    while let first = rest.first {
      let same = rest.prefix {
        $0.candle.instrument == first.candle.instrument
          && $0.candle.timeframe == first.candle.timeframe && $0.isCharted == first.isCharted
      }
      rest = rest.dropFirst(same.count)
      let outcome = try store.insert(
        same.compactMap { RawCandle($0.candle, of: $0.instrument) },
        series: Archive.SeriesID(first.candle.instrument),
        length: BarLength(first.candle.timeframe),
        source: first.isCharted ? "market-data: chart" : "market-data", now: wall(),
        onConflict: first.isCharted ? .replace : .keep)
      state.withLock { $0.archived += UInt64(outcome.inserted) }
    }
  }
}
