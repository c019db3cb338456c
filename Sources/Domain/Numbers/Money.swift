/// An amount of the quote currency (USD) in whole millionths.
package struct Money: Hashable, Comparable, Sendable {
  package let micros: Int64

  package static let zero = Money(micros: 0)

  package init(micros: Int64) {
    self.micros = micros
  }

  /// `decimal` in millionths, rounded; nil when it does not fit (|amount| ≥ about 9.2 × 10^12).
  package init?(_ decimal: ExactDecimal, rounding: Rounding) {
    let places = decimal.exponent + 6
    let mantissa = Int128(decimal.mantissa)
    let (scaled, overflow) =
      places >= 0
      ? mantissa.multipliedReportingOverflow(by: tenToThe(places))
      : (rounding.divide(mantissa, by: tenToThe(-places)), false)
    guard !overflow, let micros = Int64(exactly: scaled) else { return nil }
    self.micros = micros
  }

  /// The amount; from 10^12 on, where millionths need more digits than a decimal has, without its
  /// last one or two.
  package var decimal: ExactDecimal {
    ExactDecimal(mantissa: micros, exponent: -6)
      ?? ExactDecimal(mantissa: micros / 100, exponent: -4) ?? .zero
  }

  package static func < (left: Money, right: Money) -> Bool { left.micros < right.micros }

  package static func + (left: Money, right: Money) -> Money {
    Money(micros: left.micros + right.micros)
  }

  package static func - (left: Money, right: Money) -> Money {
    Money(micros: left.micros - right.micros)
  }
}

extension Money: CustomStringConvertible {
  package var description: String { decimal.description }
}
