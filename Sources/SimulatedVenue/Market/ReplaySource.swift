package import Domain

/// Recorded bars, played as they were.
///
/// Invariants, checked by the initialiser: 1. There is at least one bar. 2. All bars are of one
/// instrument and one timeframe. 3. Open times ascend strictly; gaps are allowed.
package struct ReplaySource: MarketSource {
  package let instrument: Instrument
  package let timeframe: Timeframe
  package let start: MarketTime
  private let last: MarketTime
  private let all: [Bar]

  /// Nil when the bars break an invariant.
  package init?(instrument: Instrument, candles: [Candle]) {
    guard let first = candles.first, let last = candles.last else { return nil }
    let coherent = candles.allSatisfy {
      $0.instrument == instrument.id && $0.timeframe == first.timeframe
    }
    let ascending = zip(candles, candles.dropFirst()).allSatisfy { $0.openTime < $1.openTime }
    guard coherent, ascending else { return nil }
    self.instrument = instrument
    all = candles.map(Bar.init)
    timeframe = first.timeframe
    start = first.openTime
    self.last = last.closeTime
  }

  package var end: MarketTime? { last }

  /// Number of bars.
  package var count: Int { all.count }

  /// Open time of the bar that has `fraction` of all bars before it: where a replay may begin.
  package func openTime(after fraction: (part: Int, of: Int)) -> MarketTime {
    let index = all.count * fraction.part / max(1, fraction.of)
    return all[min(max(0, index), all.count - 1)].openTime
  }

  package func lastBar(atOrBefore time: MarketTime) -> Bar? {
    let index = firstIndex(atOrAfter: time.advanced(byMilliseconds: 1))
    return index == 0 ? nil : all[index - 1]
  }

  package func bar(openTime: MarketTime) -> Bar? {
    let index = firstIndex(atOrAfter: openTime)
    return index < all.count && all[index].openTime == openTime ? all[index] : nil
  }

  package func bars(atOrAfter time: MarketTime) -> ArraySlice<Bar> {
    all[firstIndex(atOrAfter: time)...]
  }

  /// Binary search; `all.count` when every bar opens before `time`.
  private func firstIndex(atOrAfter time: MarketTime) -> Int {
    var low = 0
    var high = all.count
    while low < high {
      let middle = (low + high) / 2
      if all[middle].openTime < time {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }
}
