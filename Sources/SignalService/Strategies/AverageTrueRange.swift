package import Domain

/// The mean of the last `length` true ranges (Wilder 1978, with a plain mean), in ticks.
///
/// True range = max(high, previous close) − min(low, previous close).
package struct AverageTrueRange: Hashable, Sendable {
  private let length: Int
  private var previousClose: Price?
  private var ranges: [Int64] = []

  package init(length: Int) {
    invariant(length > 0, "an average is taken over at least one bar")
    self.length = length
  }

  package mutating func next(_ candle: Candle) {
    let close = previousClose ?? candle.open
    ranges.append(max(candle.high, close).ticks - min(candle.low, close).ticks)
    if ranges.count > length { ranges.removeFirst() }
    previousClose = candle.close
  }

  /// Sum of the ranges and their number; nil until there are `length` of them.
  package var sum: (ticks: Int64, count: Int64)? {
    ranges.count == length ? (ranges.reduce(0, +), Int64(length)) : nil
  }
}
