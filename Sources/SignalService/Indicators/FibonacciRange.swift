/// The range of the newest bars and its Fibonacci levels, in thousandths of a tick and so exact.
package struct FibonacciRange: Hashable, Sendable {
  /// Which end of the range the levels are counted from.
  package enum Anchor: Sendable {
    /// low + r·x.
    case low
    /// high − r·x.
    case high
  }

  /// Levels that an entry may stand at, in thousandths.
  package static let ratios: [Int64] = [236, 382, 500, 618, 786, 1272, 1618]
  private static let window = 100
  private static let tail = 5
  private static let leastBars = 20

  package let high: Int64
  package let low: Int64
  /// Where in the window they were made; the newest of equal bars.
  package let highIndex: Int
  package let lowIndex: Int

  /// Nil with fewer than 20 bars, or when they never moved.
  package init?(_ bars: BarWindow) {
    guard bars.count >= Self.leastBars else { return nil }
    let first = bars.count - min(Self.window, bars.count - Self.tail)
    var (high, low) = (first, first)
    for index in first..<bars.count {
      if bars[index].high >= bars[high].high { high = index }
      if bars[index].low <= bars[low].low { low = index }
    }
    guard bars[high].high > bars[low].low else { return nil }
    self.high = bars[high].high
    self.low = bars[low].low
    highIndex = high
    lowIndex = low
  }

  /// The level of `ratio` thousandths, in thousandths of a tick.
  package func level(_ ratio: Int64, from anchor: Anchor) -> Int128 {
    let part = Int128(high - low) * Int128(ratio)
    return anchor == .low ? Int128(low) * 1000 + part : Int128(high) * 1000 - part
  }

  /// Whether `price` in ticks lies between the levels 0.705 and 0.79.
  package func isOptimalEntry(_ price: Int64, from anchor: Anchor) -> Bool {
    let (one, other) = (level(705, from: anchor), level(790, from: anchor))
    return (min(one, other)...max(one, other)).contains(Int128(price) * 1000)
  }

  /// Whether `price` is no further from one of `ratios` than `tolerance` times that level.
  package func isNear(
    _ price: Int64, _ ratios: [Int64], tolerance: WorkingDecimal, from anchor: Anchor
  ) -> Bool {
    ratios.contains { ratio in
      let level = level(ratio, from: anchor)
      let distance = abs(Int128(price) * 1000 - level)
      return WorkingDecimal(coefficient: distance, exponent: 0)
        <= WorkingDecimal(coefficient: level, exponent: 0) * tolerance
    }
  }
}
