package import Domain

/// One base bar of a source, in ticks and lots, without the name of its contract.
///
/// Invariant, kept by the sources: 0 < low ≤ open, close ≤ high.
package struct Bar: Hashable, Sendable {
  package let openTime: MarketTime
  package let open: Price
  package let high: Price
  package let low: Price
  package let close: Price
  package let volume: Quantity

  package init(
    openTime: MarketTime, open: Price, high: Price, low: Price, close: Price, volume: Quantity
  ) {
    self.openTime = openTime
    self.open = open
    self.high = high
    self.low = low
    self.close = close
    self.volume = volume
  }

  package init(_ candle: Candle) {
    self.init(
      openTime: candle.openTime, open: candle.open, high: candle.high, low: candle.low,
      close: candle.close, volume: candle.volume)
  }

  /// The bar as a candle of its contract; nil for an impossible one.
  package func candle(of instrument: InstrumentID, _ timeframe: Timeframe) -> Candle? {
    Candle(
      instrument: instrument, timeframe: timeframe, openTime: openTime, open: open, high: high,
      low: low, close: close, volume: volume)
  }
}
