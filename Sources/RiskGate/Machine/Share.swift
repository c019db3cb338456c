import Domain

/// Parts of wholes in hundred-millionths; every rounding is against the entry.
enum Share {
  static let whole = RiskLimit.whole

  /// part ÷ whole; nil without a whole, clamped when it cannot be counted.
  static func of(_ part: Int64, _ whole: Int64, _ rounding: Rounding) -> Int64? {
    guard whole > 0 else { return nil }
    return Int64(
      clamping: rounding.divide(Int128(part) * Int128(Self.whole), by: Int128(whole)))
  }

  /// value × share.
  static func times(_ value: Int64, _ share: Int64, _ rounding: Rounding) -> Int64 {
    Int64(clamping: rounding.divide(Int128(value) * Int128(share), by: Int128(whole)))
  }

  /// A decimal as a share; nil when it cannot be counted.
  static func of(_ decimal: ExactDecimal, _ rounding: Rounding) -> Int64? {
    let places = decimal.exponent + 8
    guard (-18...18).contains(places) else { return nil }
    let power = (0..<abs(places)).reduce(Int128(1)) { product, _ in product * 10 }
    let mantissa = Int128(decimal.mantissa)
    return Int64(
      exactly: places >= 0 ? mantissa * power : rounding.divide(mantissa, by: power))
  }

  static func sum(_ left: Int64, _ right: Int64) -> Int64 {
    Int64(clamping: Int128(left) + Int128(right))
  }

  static func difference(_ left: Int64, _ right: Int64) -> Int64 {
    Int64(clamping: Int128(left) - Int128(right))
  }
}
