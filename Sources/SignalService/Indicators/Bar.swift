package import Domain

/// A closed bar as indicators see it: whole ticks, and the same prices as doubles.
package struct Bar: Hashable, Sendable {
  package let openTime: MarketTime
  package let open: Int64
  package let high: Int64
  package let low: Int64
  package let close: Int64
  package let highPrice: Double
  package let lowPrice: Double
  package let closePrice: Double

  /// Prices in ticks of `scale`, which also makes the doubles.
  package init(
    openTime: MarketTime, open: Int64, high: Int64, low: Int64, close: Int64, scale: PriceScale
  ) {
    self.openTime = openTime
    self.open = open
    self.high = high
    self.low = low
    self.close = close
    highPrice = scale.double(high)
    lowPrice = scale.double(low)
    closePrice = scale.double(close)
  }

  package init(_ candle: Candle, scale: PriceScale) {
    self.init(
      openTime: candle.openTime, open: candle.open.ticks, high: candle.high.ticks,
      low: candle.low.ticks, close: candle.close.ticks, scale: scale)
  }

  /// High less low.
  package var range: Int64 { high - low }

  /// The bars of `first` and after as one, made of whole groups only.
  package static func grouped(_ bars: [Bar], by count: Int, scale: PriceScale) -> [Bar] {
    (0..<bars.count / count).map { group in
      let part = bars[(group * count)..<((group + 1) * count)]
      let first = part[part.startIndex]
      return Bar(
        openTime: first.openTime, open: first.open,
        high: part.reduce(first.high) { max($0, $1.high) },
        low: part.reduce(first.low) { min($0, $1.low) }, close: part[part.endIndex - 1].close,
        scale: scale)
    }
  }
}
