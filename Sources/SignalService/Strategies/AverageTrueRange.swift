package import Domain

/// The plain mean of the last true ranges, kept as a sum so that nothing is rounded.
///
/// The plain mean and not Wilder's, which never forgets: a mean over a window is the same whether
/// the process has run for a minute or for a year.
package struct AverageTrueRange: Hashable, Sendable {
  /// Sum of the true ranges in ticks.
  package let sum: Int64
  package let count: Int64

  /// Of all bars but the first, which only gives the close before the second; nil without two.
  package init?(_ bars: some Collection<Candle>) {
    guard bars.count >= 2 else { return nil }
    sum = zip(bars, bars.dropFirst()).reduce(0) { sum, pair in
      let (previous, bar) = pair
      let top = max(bar.high.ticks, previous.close.ticks)
      let bottom = min(bar.low.ticks, previous.close.ticks)
      return sum + (top - bottom)
    }
    count = Int64(bars.count - 1)
  }

  /// `thousandths` ÷ 1000 times the mean, in ticks; at least one.
  package func ticks(timesThousandths thousandths: Int64, rounding: Rounding) -> Int64? {
    let scaled = rounding.divide(
      Int128(sum) * Int128(thousandths), by: Int128(count) * 1000)
    return Int64(exactly: scaled).map { max(1, $0) }
  }
}
