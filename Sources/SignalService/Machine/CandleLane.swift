import Domain

/// One timeframe of one instrument: closed candles in order, each once.
struct CandleLane: Sendable {
  /// More candles than this are not kept waiting for the ones before them.
  static let mostWaiting = 2000

  let timeframe: Timeframe
  private(set) var last: Candle?
  /// Candles that came before the ones they follow.
  private var waiting: [Candle] = []
  /// Bars that were missing between two candles, in all.
  private(set) var holes = 0

  init(_ timeframe: Timeframe) {
    self.timeframe = timeframe
  }

  enum Taken {
    case repeated
    /// Candles before it are missing; it waits for them.
    case early
    case next
  }

  /// A candle of the stream; `next` is followed by `fed`.
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
    return .next
  }

  /// What of `snapshot` and of those that wait has not been fed, in order; nothing waits any more.
  mutating func fresh(_ snapshot: [Candle]) -> [Candle] {
    var all: [MarketTime: Candle] = [:]
    for candle in waiting + snapshot where last.map({ $0.openTime < candle.openTime }) ?? true {
      all[candle.openTime] = candle
    }
    waiting = []
    return all.values.sorted { $0.openTime < $1.openTime }
  }

  /// Whether `snapshot` ends so far before what was heard that the market itself went back.
  func wentBack(_ snapshot: [Candle]) -> Bool {
    guard let last, let newest = snapshot.last else { return false }
    return newest.openTime.milliseconds < last.openTime.milliseconds - 2 * timeframe.milliseconds
  }

  mutating func fed(_ candle: Candle) {
    if let last, last.closeTime != candle.openTime { holes += 1 }
    last = candle
  }

  private mutating func wait(_ candle: Candle) {
    waiting.append(candle)
    if waiting.count > Self.mostWaiting { waiting.removeFirst() }
  }
}
