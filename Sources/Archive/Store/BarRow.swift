import Domain

/// One bar as whole numbers: its prices share one power of ten, its volume has its own.
///
/// Invariants: 1. A bar that became a row comes back as the same bar. 2. Prices of one row compare
/// as their integers do, so that the table can check them.
struct BarRow: Hashable {
  let openMilliseconds: Int64
  let priceExponent: Int
  let open: Int64
  let high: Int64
  let low: Int64
  let close: Int64
  let volumeExponent: Int
  let volume: Int64

  init(
    openMilliseconds: Int64, priceExponent: Int, open: Int64, high: Int64, low: Int64,
    close: Int64, volumeExponent: Int, volume: Int64
  ) {
    self.openMilliseconds = openMilliseconds
    self.priceExponent = priceExponent
    self.open = open
    self.high = high
    self.low = low
    self.close = close
    self.volumeExponent = volumeExponent
    self.volume = volume
  }

  /// Nil when the four prices together need more than 18 digits.
  init?(_ candle: RawCandle) {
    let exponent = min(
      min(candle.open.exponent, candle.high.exponent),
      min(candle.low.exponent, candle.close.exponent))
    guard let open = Self.scaled(candle.open, to: exponent),
      let high = Self.scaled(candle.high, to: exponent),
      let low = Self.scaled(candle.low, to: exponent),
      let close = Self.scaled(candle.close, to: exponent)
    else { return nil }
    self.init(
      openMilliseconds: candle.openMilliseconds, priceExponent: exponent, open: open, high: high,
      low: low, close: close, volumeExponent: candle.volume.exponent,
      volume: candle.volume.mantissa)
  }

  /// Nil for numbers this program never stores.
  var candle: RawCandle? {
    guard let open = ExactDecimal(mantissa: open, exponent: priceExponent),
      let high = ExactDecimal(mantissa: high, exponent: priceExponent),
      let low = ExactDecimal(mantissa: low, exponent: priceExponent),
      let close = ExactDecimal(mantissa: close, exponent: priceExponent),
      let volume = ExactDecimal(mantissa: volume, exponent: volumeExponent)
    else { return nil }
    return RawCandle(
      openMilliseconds: openMilliseconds, open: open, high: high, low: low, close: close,
      volume: volume)
  }

  private static func scaled(_ number: ExactDecimal, to exponent: Int) -> Int64? {
    var value = number.mantissa
    for _ in 0..<(number.exponent - exponent) {
      guard value.magnitude < 100_000_000_000_000_000 else { return nil }
      value *= 10
    }
    return value
  }
}
