package import Domain

/// A decimal number of up to 28 significant digits, half-even, as the reference computes levels
/// with.
///
/// The rules are those of the General Decimal Arithmetic Specification (IBM) at precision 28, also
/// in how many zeros a result keeps, so that texts can be compared: `3465.2400`, not `3465.24`.
///
/// Invariant: 1. |coefficient| < 10³⁸, and < 10²⁸ in every result of an operation.
package struct WorkingDecimal: Sendable {
  package static let precision = 28
  package static let zero = WorkingDecimal(coefficient: 0, exponent: 0)

  package let coefficient: Int128
  package let exponent: Int

  /// `coefficient × 10^exponent`, exactly.
  package init(coefficient: Int128, exponent: Int) {
    self.coefficient = coefficient
    self.exponent = exponent
  }

  /// The number that the shortest text of `double` names; nil unless it is finite.
  package init?(_ double: Double) {
    guard double.isFinite else { return nil }
    var coefficient: Int128 = 0
    var (exponent, power) = (0, 0)
    var (isFraction, isPower, isDown) = (false, false, false)
    for byte in double.description.utf8 {
      switch byte {
      case UInt8(ascii: "."): isFraction = true
      case UInt8(ascii: "e"): isPower = true
      case UInt8(ascii: "-"): isDown = isPower ? true : isDown
      case UInt8(ascii: "+"): break
      default:
        let digit = Int(byte) - Int(UInt8(ascii: "0"))
        guard !isPower else {
          power = power * 10 + digit
          continue
        }
        coefficient = coefficient * 10 + Int128(digit)
        if isFraction { exponent -= 1 }
      }
    }
    self.init(
      coefficient: double.sign == .minus ? -coefficient : coefficient,
      exponent: exponent + (isDown ? -power : power))
  }

  package var magnitude: WorkingDecimal {
    WorkingDecimal(coefficient: abs(coefficient), exponent: exponent)
  }

  /// The exponent that its first digit has.
  private var adjusted: Int { DecimalDigits.count(coefficient.magnitude) + exponent - 1 }

  package static prefix func - (value: Self) -> Self {
    Self(coefficient: -value.coefficient, exponent: value.exponent)
  }

  package static func + (left: Self, right: Self) -> Self {
    let (high, low) = left.exponent >= right.exponent ? (left, right) : (right, left)
    guard high.coefficient != 0 else {
      return rounded(low.coefficient, low.exponent)
    }
    let shift = high.exponent - low.exponent
    let room = max(
      0, DecimalDigits.most - 1 - DecimalDigits.count(high.coefficient.magnitude))
    guard shift > room else {
      return rounded(
        high.coefficient * DecimalDigits.power(shift) + low.coefficient, low.exponent)
    }
    // The far end of the smaller number only decides a rounding: one digit stands for all of it.
    let cut = DecimalDigits.cut(low.coefficient, by: shift - room)
    return rounded(
      high.coefficient * DecimalDigits.power(room) + cut, high.exponent - room)
  }

  package static func - (left: Self, right: Self) -> Self { left + -right }

  package static func * (left: Self, right: Self) -> Self {
    let (one, other) = (left.coefficient.magnitude, right.coefficient.magnitude)
    let product = one.multipliedFullWidth(by: other)
    let isNegative = (left.coefficient < 0) != (right.coefficient < 0)
    let exponent = left.exponent + right.exponent
    guard product.high != 0 || product.low >= DecimalDigits.bound else {
      let value = Int128(product.low)
      return rounded(isNegative ? -value : value, exponent)
    }
    // Down to 38 digits, the last of which tells whether anything was cut off behind it.
    let digits = DecimalDigits.count(one) + DecimalDigits.count(other)
    let drop = max(1, digits - DecimalDigits.most)
    let (quotient, remainder) = DecimalDigits.power(drop).magnitude.dividingFullWidth(product)
    let sticky = remainder != 0 && quotient % 5 == 0 ? quotient + 1 : quotient
    let value = Int128(sticky)
    return rounded(isNegative ? -value : value, exponent + drop)
  }

  /// Nil when `right` is zero.
  package static func / (left: Self, right: Self) -> Self? {
    let divisor = right.coefficient.magnitude
    guard divisor != 0 else { return nil }
    let ideal = left.exponent - right.exponent
    var (quotient, rest) = left.coefficient.magnitude.quotientAndRemainder(dividingBy: divisor)
    var exponent = ideal
    while rest != 0, quotient < DecimalDigits.sticky {
      let (digit, next) = (rest * 10).quotientAndRemainder(dividingBy: divisor)
      quotient = quotient * 10 + digit
      rest = next
      exponent -= 1
    }
    if rest != 0, quotient % 5 == 0 { quotient += 1 }
    let isNegative = (left.coefficient < 0) != (right.coefficient < 0)
    let value = Int128(quotient)
    return rounded(isNegative ? -value : value, exponent)
  }

  /// `coefficient` in at most 28 digits, a tie to the even one.
  private static func rounded(_ coefficient: Int128, _ exponent: Int) -> Self {
    let extra = DecimalDigits.count(coefficient.magnitude) - precision
    guard extra > 0 else { return Self(coefficient: coefficient, exponent: exponent) }
    let divisor = DecimalDigits.power(extra)
    var (quotient, rest) = coefficient.magnitude.quotientAndRemainder(
      dividingBy: divisor.magnitude)
    rest *= 2
    if rest > divisor.magnitude || rest == divisor.magnitude && quotient % 2 == 1 { quotient += 1 }
    let value = Int128(quotient)
    return rounded(coefficient < 0 ? -value : value, exponent + extra)
  }

  /// `self × 10^places ÷ divisor` as a whole number; nil past what an `Int64` holds.
  package func whole(
    timesTenToThe places: Int, dividedBy divisor: Int128, rounding: Rounding
  ) -> Int64? {
    let power = exponent + places
    guard power < 0 else {
      guard DecimalDigits.count(coefficient.magnitude) + power <= DecimalDigits.most else {
        return coefficient == 0 ? 0 : nil
      }
      return Int64(
        exactly: rounding.divide(coefficient * DecimalDigits.power(power), by: divisor))
    }
    // Past 38 places only the sign is left; the cut keeps it, and that something was there.
    let room = 18
    let drop = max(0, -power - room)
    let kept = drop > 0 ? DecimalDigits.cut(coefficient, by: drop) : coefficient
    return Int64(
      exactly: rounding.divide(kept, by: divisor * DecimalDigits.power(-power - drop)))
  }
}

extension WorkingDecimal: Comparable {
  package static func < (left: Self, right: Self) -> Bool { compare(left, right) < 0 }
  package static func == (left: Self, right: Self) -> Bool { compare(left, right) == 0 }

  /// Below, at or above zero as `left` is below, at or above `right`.
  private static func compare(_ left: Self, _ right: Self) -> Int {
    let (one, other) = (Int(left.coefficient.signum()), Int(right.coefficient.signum()))
    guard one == other, one != 0 else { return one - other }
    guard left.adjusted == right.adjusted else {
      return (left.adjusted < right.adjusted) == (one > 0) ? -1 : 1
    }
    // As long as each other, so aligning makes neither longer than the longer one.
    let low = min(left.exponent, right.exponent)
    let first = left.coefficient * DecimalDigits.power(left.exponent - low)
    let second = right.coefficient * DecimalDigits.power(right.exponent - low)
    return first < second ? -1 : first == second ? 0 : 1
  }
}

extension WorkingDecimal: CustomStringConvertible {
  /// `0.45`, `38600.0`, `1.2E-7`: as the reference's language writes a decimal.
  package var description: String {
    let digits = String(coefficient.magnitude)
    let sign = coefficient < 0 ? "-" : ""
    let point = digits.utf8.count + exponent
    guard exponent <= 0, point > -6 else {
      let fraction = digits.dropFirst()
      let power = point - 1
      return sign + digits.prefix(1) + (fraction.isEmpty ? "" : "." + fraction)
        + (power < 0 ? "E\(power)" : "E+\(power)")
    }
    guard exponent < 0 else { return sign + digits }
    guard point > 0 else {
      return sign + "0." + String(repeating: "0", count: -point) + digits
    }
    return sign + digits.prefix(point) + "." + digits.dropFirst(point)
  }
}
