import Domain

/// Counts distinct closed candles, each once, whatever is repeated, lost and read again.
///
/// 1. What had closed before the first candle or snapshot of a series is history, and not counted.
/// 2. After a gap a snapshot brings what was missed, also when newer candles came before it.
struct CandleTally: Sendable {
  private struct Series: Hashable {
    let instrument: InstrumentID
    let timeframe: Timeframe
  }

  private struct Seen {
    /// Open times up to this one count no more.
    var floor: Int64
    var openTimes: Set<Int64> = []
  }

  /// Older open times are forgotten; no snapshot reaches back as far.
  static let mostRemembered = 4096

  private(set) var count = 0
  private(set) var newest: Candle?
  private var series: [Series: Seen] = [:]

  mutating func hear(_ candle: Candle) {
    let key = Series(instrument: candle.instrument, timeframe: candle.timeframe)
    let openTime = candle.openTime.milliseconds
    var seen = series[key] ?? Seen(floor: openTime - 1)
    add(openTime, to: &seen)
    series[key] = seen
    if newest.map({ $0.openTime <= candle.openTime }) ?? true { newest = candle }
  }

  /// Counts of a snapshot what is newer than history and was not heard.
  mutating func catchUp(_ candles: [Candle]) {
    let grouped = Dictionary(grouping: candles) {
      Series(instrument: $0.instrument, timeframe: $0.timeframe)
    }
    for (key, candles) in grouped {
      let times = candles.map(\.openTime.milliseconds)
      guard var seen = series[key] else {
        series[key] = Seen(floor: times.max() ?? 0)
        continue
      }
      for openTime in times { add(openTime, to: &seen) }
      series[key] = seen
    }
    let last = candles.max { $0.openTime < $1.openTime }
    if let last, newest.map({ $0.openTime < last.openTime }) ?? true { newest = last }
  }

  private mutating func add(_ openTime: Int64, to seen: inout Seen) {
    guard openTime > seen.floor, seen.openTimes.insert(openTime).inserted else { return }
    count += 1
    guard seen.openTimes.count > Self.mostRemembered else { return }
    let kept = seen.openTimes.sorted().suffix(Self.mostRemembered / 2)
    seen.floor = (kept.first ?? openTime) - 1
    seen.openTimes = Set(kept)
  }
}
