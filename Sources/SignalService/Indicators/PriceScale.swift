package import Domain

/// What one tick of a price is worth, and prices as doubles and as working decimals.
///
/// Invariant: 1. A double is the one nearest to the exact price while |ticks × mantissa| < 2⁵³ and
/// the tick has at most 22 places: both operands of the one division are exact then.
package struct PriceScale: Hashable, Sendable {
  /// One tick is one: for strategies, which think in ticks.
  package static let ticks = PriceScale(unchecked: 1, places: 0)
  /// One tick is a hundredth.
  package static let cents = PriceScale(unchecked: 1, places: 2)

  private let mantissa: Int64
  private let places: Int
  private let divisor: Double

  private init(unchecked mantissa: Int64, places: Int) {
    self.mantissa = mantissa
    self.places = places
    divisor = (0..<places).reduce(1.0) { product, _ in product * 10 }
  }

  /// Nil unless `tick` is above zero, with at most 22 places and a mantissa of at most 10⁶.
  package init?(tick: ExactDecimal) {
    let places = max(0, -tick.exponent)
    guard tick.mantissa > 0, places <= 22, tick.exponent <= 6 else { return nil }
    let mantissa = (0..<max(0, tick.exponent)).reduce(tick.mantissa) { product, _ in
      product &* 10
    }
    guard (1...1_000_000).contains(tick.mantissa) else { return nil }
    self.init(unchecked: mantissa, places: places)
  }

  /// The price of `ticks`.
  package func double(_ ticks: Int64) -> Double {
    let (units, overflow) = ticks.multipliedReportingOverflow(by: mantissa)
    return (overflow ? Double(ticks) * Double(mantissa) : Double(units)) / divisor
  }

  /// The price of `ticks` without zeros at the end of its fraction.
  package func decimal(_ ticks: Int64) -> WorkingDecimal {
    var coefficient = Int128(ticks) * Int128(mantissa)
    var exponent = -places
    while exponent < 0, coefficient % 10 == 0 {
      coefficient /= 10
      exponent += 1
    }
    return WorkingDecimal(coefficient: coefficient, exponent: coefficient == 0 ? 0 : exponent)
  }

  /// The ticks of `price`, rounded as named; nil past what an `Int64` holds.
  package func ticks(_ price: WorkingDecimal, rounding: Rounding) -> Int64? {
    price.whole(timesTenToThe: places, dividedBy: Int128(mantissa), rounding: rounding)
  }
}
