import Domain
import Wire

/// One instrument as the strategies see it: closed candles in order, each once.
struct InstrumentTrack: Sendable {
  /// More candles than this are not kept waiting for the ones before them.
  static let mostWaiting = 2000

  private let instrument: InstrumentID
  private let timeframe: Timeframe
  private let kinds: [StrategyKind]
  private var strategies: [any Strategy]
  private(set) var last: Candle?
  /// Candles that came before the ones they follow.
  private var waiting: [Candle] = []
  var reading: TickerReading?

  /// Bars that were missing between two candles, in all.
  private(set) var holes = 0

  /// A decision, and whether it may still be acted upon.
  struct Decision {
    let strategy: StrategyID
    let candle: Candle
    let proposal: Proposal
  }

  init(_ instrument: InstrumentID, _ timeframe: Timeframe, _ kinds: [StrategyKind]) {
    self.instrument = instrument
    self.timeframe = timeframe
    self.kinds = kinds
    strategies = kinds.map { $0.make(instrument) }
  }

  enum Taken {
    case repeated
    /// Candles before it are missing; it waits for them.
    case early
    case decided([Decision], fed: Int)
  }

  /// A candle of the stream.
  mutating func hear(_ candle: Candle) -> Taken {
    guard let last else {
      wait(candle)
      return .early
    }
    guard candle.openTime > last.openTime else { return .repeated }
    guard candle.openTime == last.closeTime, waiting.isEmpty else {
      wait(candle)
      return .early
    }
    return .decided(feed([candle]), fed: 1)
  }

  /// The newest candles there are; with those that wait they are fed in order.
  mutating func merge(_ snapshot: [Candle]) -> (decisions: [Decision], fed: Int) {
    if let newest = snapshot.last, let last,
      newest.openTime.milliseconds < last.openTime.milliseconds - 2 * timeframe.milliseconds
    {
      startOver()
    }
    var all: [MarketTime: Candle] = [:]
    for candle in waiting + snapshot where last.map({ $0.openTime < candle.openTime }) ?? true {
      all[candle.openTime] = candle
    }
    waiting = []
    let fresh = all.values.sorted { $0.openTime < $1.openTime }
    return (feed(fresh), fresh.count)
  }

  /// Whether the newest candle is the newest there can be, and was seen to be so just now.
  func isFresh(_ candle: Candle, wall: WallTime, validFor: Int64) -> Bool {
    guard let reading, candle == last else { return false }
    let over = candle.closeTime.advanced(byMilliseconds: timeframe.milliseconds)
    return reading.ticker.time < over && wall < reading.readAt.advanced(byMilliseconds: validFor)
  }

  /// What is proposed on the newest candle; what is proposed on those before it is history.
  private mutating func feed(_ candles: [Candle]) -> [Decision] {
    var decisions: [Decision] = []
    for candle in candles {
      if let last, last.closeTime != candle.openTime { holes += 1 }
      last = candle
      decisions = []
      for index in strategies.indices {
        guard let proposal = strategies[index].take(candle) else { continue }
        decisions.append(
          Decision(strategy: kinds[index].id, candle: candle, proposal: proposal))
      }
    }
    return decisions
  }

  private mutating func wait(_ candle: Candle) {
    waiting.append(candle)
    if waiting.count > Self.mostWaiting { waiting.removeFirst() }
  }

  /// The market went back: nothing that was seen is before what comes.
  private mutating func startOver() {
    strategies = kinds.map { $0.make(instrument) }
    last = nil
    waiting = []
  }
}
