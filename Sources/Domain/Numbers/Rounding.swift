/// The direction in which a number that lies between two steps is moved; every rounding names one.
package enum Rounding: Sendable {
  /// Towards negative infinity.
  case down
  /// Towards positive infinity.
  case up
  /// To the nearer step; a tie goes up.
  case nearest

  /// `numerator ÷ denominator` as a whole number; the denominator is positive.
  package func divide(_ numerator: Int128, by denominator: Int128) -> Int128 {
    invariant(denominator > 0, "a rounding divides by a positive number")
    let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
    let floor = remainder < 0 ? quotient - 1 : quotient
    guard remainder != 0 else { return quotient }
    switch self {
    case .down: return floor
    case .up: return floor + 1
    case .nearest:
      let above = remainder < 0 ? remainder + denominator : remainder
      return above >= denominator - above ? floor + 1 : floor
    }
  }
}
