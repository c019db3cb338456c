package import Domain

/// What a position pays for one hour, as a share of its notional at the index price.
///
/// Above zero longs pay shorts. Whole 10⁻¹²: an eighth of a rate with eight decimals is exact.
package struct FundingRate: Hashable, Comparable, Sendable {
  package let trillionths: Int64

  package static let zero = FundingRate(trillionths: 0)
  static let whole: Int64 = 1_000_000_000_000

  package init(trillionths: Int64) {
    self.trillionths = trillionths
  }

  /// A rate as it was written, to the nearest 10⁻¹², within ± 1.
  package init(_ decimal: ExactDecimal) {
    let shift = decimal.exponent + 12
    // A shift of 19 digits makes any number larger than the bound.
    let factor = (0..<min(abs(shift), 19)).reduce(Int128(1)) { product, _ in product * 10 }
    let value =
      shift >= 0
      ? Int128(decimal.mantissa) * factor
      : Rounding.nearest.divide(Int128(decimal.mantissa), by: factor)
    let whole = Int128(Self.whole)
    trillionths = Int64(min(max(value, -whole), whole))
  }

  /// What the account receives for an hour with `signedNotional` (below zero when short); below
  /// zero when it pays.
  ///
  /// Rounded down, so that the account never gains by rounding.
  package func flow(signedNotional: Money) -> Money {
    let owed = Int128(signedNotional.micros) * Int128(-trillionths)
    return Money(micros: Int64(clamping: Rounding.down.divide(owed, by: Int128(Self.whole))))
  }

  /// The rate itself as a decimal.
  package var decimal: ExactDecimal {
    ExactDecimal(mantissa: trillionths, exponent: -12) ?? .zero
  }

  /// The rate of one contract in quote currency at this index price, cut to 18 digits.
  package func absolute(index: Price, of instrument: Instrument) -> ExactDecimal {
    var product = Int128(trillionths) * Int128(index.ticks) * Int128(instrument.tickSize.mantissa)
    var exponent = instrument.tickSize.exponent - 12
    while product.magnitude >= 1_000_000_000_000_000_000 || exponent < -30 {
      product /= 10
      exponent += 1
    }
    return ExactDecimal(mantissa: Int64(product), exponent: exponent) ?? .zero
  }

  /// The rate within ± `bound` parts per million.
  func bounded(millionths bound: Int64) -> FundingRate {
    let most = bound * 1_000_000
    return FundingRate(trillionths: min(max(trillionths, -most), most))
  }

  package static func < (left: FundingRate, right: FundingRate) -> Bool {
    left.trillionths < right.trillionths
  }
}
