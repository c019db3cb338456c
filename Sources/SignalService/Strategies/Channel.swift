package import Domain

/// The highest high and the lowest low of some bars (a Donchian channel), and where they were made.
package struct Channel: Hashable, Sendable {
  package let high: Price
  /// Open time of the newest bar that made the high.
  package let highAt: MarketTime
  package let low: Price
  package let lowAt: MarketTime

  /// Nil without bars.
  package init?(_ bars: some Collection<Candle>) {
    guard let first = bars.first else { return nil }
    var (high, highAt, low, lowAt) = (first.high, first.openTime, first.low, first.openTime)
    for bar in bars.dropFirst() {
      if bar.high >= high { (high, highAt) = (bar.high, bar.openTime) }
      if bar.low <= low { (low, lowAt) = (bar.low, bar.openTime) }
    }
    self.high = high
    self.highAt = highAt
    self.low = low
    self.lowAt = lowAt
  }

  /// The way in which `close` has left the channel; nil inside and on its edges.
  package func broken(by close: Price) -> Direction? {
    close > high ? .long : close < low ? .short : nil
  }
}
