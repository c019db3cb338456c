/// A decimal number kept exactly as it was written: `mantissa × 10^exponent`.
///
/// Invariants:
/// 1. Canonical: the mantissa has no trailing zero, and zero is `0 × 10^0`; equal numbers are equal
///    values.
/// 2. |mantissa| < 10^18 and −30 ≤ exponent ≤ 18, so that scaling fits an `Int128` product.
package struct ExactDecimal: Hashable, Sendable {
  package let mantissa: Int64
  package let exponent: Int

  package static let zero = ExactDecimal(unchecked: 0, exponent: 0)
  static let mantissaBound: Int64 = 1_000_000_000_000_000_000
  static let exponents = -30...18

  private init(unchecked mantissa: Int64, exponent: Int) {
    self.mantissa = mantissa
    self.exponent = exponent
  }

  /// `mantissa × 10^exponent`, or nil when the number is outside invariant 2.
  package init?(mantissa: Int64, exponent: Int) {
    guard mantissa != 0 else {
      self = .zero
      return
    }
    var digits = mantissa
    var power = exponent
    while digits % 10 == 0 {
      digits /= 10
      power += 1
    }
    // A large exponent may still be spelled with more digits: 5e20 is refused, 5e18 is not.
    guard digits.magnitude < Self.mantissaBound, Self.exponents.contains(power) else { return nil }
    self.init(unchecked: digits, exponent: power)
  }

  /// Reads decimal text such as `-12.50`, `1.18e-07` or `42`; nil for anything else.
  ///
  /// No locale, no leading or trailing space, no `nan`, no `inf`, no hexadecimal; at most 18
  /// significant digits, to which zeros at the end do not count.
  package init?(_ text: some StringProtocol) {
    var scanner = DecimalScanner(text.utf8)
    guard let value = scanner.scan() else { return nil }
    self.init(mantissa: value.mantissa, exponent: value.exponent)
  }

  /// The nearest double; for statistics and display only, never for an order.
  package var double: Double {
    exponent < 0
      ? Double(mantissa) / Self.powerOfTen(-exponent)
      : Double(mantissa) * Self.powerOfTen(exponent)
  }

  private static func powerOfTen(_ power: Int) -> Double {
    (0..<power).reduce(1.0) { product, _ in product * 10 }
  }
}

extension ExactDecimal: CustomStringConvertible {
  /// Plain positional text without an exponent: `0.0001`, `1000`, `-3.5`.
  package var description: String {
    let sign = mantissa < 0 ? "-" : ""
    let digits = String(mantissa.magnitude)
    guard exponent < 0 else {
      return mantissa == 0 ? "0" : sign + digits + String(repeating: "0", count: exponent)
    }
    let places = -exponent
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    return sign + padded.dropLast(places) + "." + padded.suffix(places)
  }
}

extension ExactDecimal: Comparable {
  package static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
    if left.mantissa.signum() != right.mantissa.signum() {
      return left.mantissa.signum() < right.mantissa.signum()
    }
    // Both have the same sign: compare on the smaller exponent, which may exceed an Int128 only
    // when the magnitudes differ by so much that the digit counts decide.
    let shift = left.exponent - right.exponent
    guard abs(shift) <= 19 else {
      let leftLarger = shift > 0
      return leftLarger == (left.mantissa < 0)
    }
    let low = min(left.exponent, right.exponent)
    return Int128(left.mantissa) * tenToThe(left.exponent - low)
      < Int128(right.mantissa) * tenToThe(right.exponent - low)
  }
}

/// 10^power as an `Int128`; `power` is between 0 and 38.
func tenToThe(_ power: Int) -> Int128 {
  invariant((0...38).contains(power), "10^\(power) does not fit an Int128")
  return (0..<power).reduce(Int128(1)) { product, _ in product * 10 }
}

/// One pass over the bytes of a decimal number.
private struct DecimalScanner<Bytes: Sequence<UInt8>> {
  private var rest: Bytes.Iterator
  private var current: UInt8?
  /// The digits so far without the zeros at their end, and how many those are.
  private var value: Int64 = 0
  private var zeros = 0

  init(_ bytes: Bytes) {
    rest = bytes.makeIterator()
    current = rest.next()
  }

  mutating func scan() -> (mantissa: Int64, exponent: Int)? {
    let negative = take(UInt8(ascii: "-"))
    guard digits() != nil else { return nil }
    var exponent = 0
    if take(UInt8(ascii: ".")) {
      guard let places = digits() else { return nil }
      exponent = -places
    }
    exponent += zeros
    let mantissa = negative ? -value : value
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      let down = take(UInt8(ascii: "-"))
      if !down { _ = take(UInt8(ascii: "+")) }
      guard let power = power() else { return nil }
      exponent += down ? -power : power
    }
    guard current == nil else { return nil }
    return (mantissa, exponent)
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard current == byte else { return false }
    current = rest.next()
    return true
  }

  private mutating func digit() -> Int64? {
    guard let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else {
      return nil
    }
    current = rest.next()
    return Int64(byte - UInt8(ascii: "0"))
  }

  /// Appends digits and counts them; nil when there is none or more than 18 are significant.
  private mutating func digits() -> Int? {
    var count = 0
    while let digit = digit() {
      count += 1
      guard digit != 0 || value == 0 else {
        zeros += 1
        continue
      }
      if value != 0 {
        for _ in 0...zeros {
          guard value < ExactDecimal.mantissaBound / 10 else { return nil }
          value *= 10
        }
      }
      value += digit
      zeros = 0
    }
    return count == 0 ? nil : count
  }

  /// An exponent of at most 60.
  private mutating func power() -> Int? {
    guard var power = digit() else { return nil }
    while let digit = digit() {
      power = power * 10 + digit
      guard power <= 60 else { return nil }
    }
    return Int(power)
  }
}
