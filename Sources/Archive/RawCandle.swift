package import Domain

/// One bar as a file spells it, before any instrument gave it steps.
///
/// Invariants, kept by `CandleFile`: low ≤ open, close ≤ high, low > 0, volume ≥ 0.
package struct RawCandle: Hashable, Sendable {
  package let openMilliseconds: Int64
  package let open: ExactDecimal
  package let high: ExactDecimal
  package let low: ExactDecimal
  package let close: ExactDecimal
  package let volume: ExactDecimal

  package init(
    openMilliseconds: Int64, open: ExactDecimal, high: ExactDecimal, low: ExactDecimal,
    close: ExactDecimal, volume: ExactDecimal
  ) {
    self.openMilliseconds = openMilliseconds
    self.open = open
    self.high = high
    self.low = low
    self.close = close
    self.volume = volume
  }

  /// A bar of our own, in numbers instead of steps; nil when they need more digits than a decimal.
  package init?(_ candle: Candle, of instrument: Instrument) {
    guard candle.instrument == instrument.id, let open = instrument.decimal(candle.open),
      let high = instrument.decimal(candle.high), let low = instrument.decimal(candle.low),
      let close = instrument.decimal(candle.close), let volume = instrument.decimal(candle.volume)
    else { return nil }
    self.init(
      openMilliseconds: candle.openTime.milliseconds, open: open, high: high, low: low,
      close: close, volume: volume)
  }

  /// Most ticks or lots of one bar; thousands of bars can be added without overflow.
  private static let mostSteps: Int64 = 1_000_000_000_000_000

  /// The bar in the steps of `instrument`; nil when the low rounds to nothing or a number is too
  /// large.
  ///
  /// Prices go to the nearest tick, which keeps their order, the volume down to whole lots.
  package func candle(of instrument: Instrument, timeframe: Timeframe) -> Candle? {
    guard
      let open = instrument.price(open, rounding: .nearest),
      let high = instrument.price(high, rounding: .nearest), high.ticks <= Self.mostSteps,
      let low = instrument.price(low, rounding: .nearest),
      let close = instrument.price(close, rounding: .nearest),
      let volume = instrument.quantity(volume, rounding: .down), volume.lots <= Self.mostSteps
    else { return nil }
    return Candle(
      instrument: instrument.id, timeframe: timeframe,
      openTime: MarketTime(milliseconds: openMilliseconds), open: open, high: high, low: low,
      close: close, volume: volume)
  }
}
