import Domain

/// Powers of ten and digit counts of whole numbers up to 10³⁸.
enum DecimalDigits {
  /// Digits that an `Int128` holds whatever they are.
  static let most = 38
  /// 10³⁸.
  static let bound: UInt128 = 100_000_000_000_000_000_000_000_000_000_000_000_000
  /// A quotient of this size has a digit more than any result keeps.
  static let sticky: UInt128 = 10_000_000_000_000_000_000_000_000_000

  private static let powers: [Int128] = (0..<38).reduce(into: [1]) { powers, _ in
    powers.append(powers[powers.count - 1] * 10)
  }

  /// 10^`exponent`, which is between 0 and 38.
  static func power(_ exponent: Int) -> Int128 {
    invariant((0...most).contains(exponent), "10^\(exponent) does not fit 38 digits")
    return powers[exponent]
  }

  /// Decimal digits of `value`; 1 for 0.
  static func count(_ value: UInt128) -> Int {
    guard value >= 10 else { return 1 }
    // 1233 ÷ 4096 is the logarithm of 2 to base 10, from below.
    let guess = ((128 - value.leadingZeroBitCount) * 1233) >> 12
    return guess < powers.count && value >= powers[guess].magnitude ? guess + 1 : guess
  }

  /// `value` without its `drop` last digits; its new last digit shows whether any of them counted.
  static func cut(_ value: Int128, by drop: Int) -> Int128 {
    guard drop <= most else { return value.signum() }
    let (quotient, rest) = value.quotientAndRemainder(dividingBy: power(drop))
    return rest != 0 && quotient % 5 == 0 ? quotient + value.signum() : quotient
  }
}
