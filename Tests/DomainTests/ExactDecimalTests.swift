import Testing

@testable import Domain

@Suite("a decimal number kept exactly")
struct ExactDecimalTests {
  @Test(arguments: [
    ("0", "0"), ("-0", "0"), ("0.000", "0"), ("42", "42"), ("-12.50", "-12.5"),
    ("1.18e-07", "0.000000118"), ("1E3", "1000"), ("1e+3", "1000"), ("0001.10", "1.1"),
    ("999999999999999999", "999999999999999999"), ("5e18", "5000000000000000000"),
    ("-0.0001", "-0.0001"), ("1e-30", "0.000000000000000000000000000001"), ("0e60", "0"),
    // As a venue printed an open interest: trailing zeros carry nothing.
    ("23062948.000000000000000", "23062948"), ("5000000000000000000", "5000000000000000000"),
    ("0.10000000000000000000", "0.1"), ("100000000000000000000000e-10", "10000000000000"),
  ])
  func `is read and spelled plainly`(text: String, plain: String) {
    #expect(ExactDecimal(text)?.description == plain)
  }

  @Test(arguments: [
    "", " ", "nan", "NaN", "inf", "-inf", "infinity", "0x1p3", "0x10", "1e400", "1e-400", "1e61",
    " 1", "1 ", "+1", "--1", "-", ".", ".5", "5.", "1.", "1..2", "1.2.3", "1,5", "1_000", "1e",
    "1e+", "e5", "1e1.5", "1e+-3", "١", "１", "1\n", "1\0", "1.2e99999999999999999999", "true",
    "1234567890123456789", "0.1234567890123456789", "1000000000000000000.1", "1e19", "1e-31",
    "9223372036854775808", "½", "1f", "1e5x",
  ])
  func `anything else is refused`(text: String) {
    #expect(ExactDecimal(text) == nil)
  }

  @Test(arguments: seeds)
  func `its text reads back as itself`(seed: UInt64) {
    var random = SeededNumbers(seed: seed)
    for _ in 0..<200 {
      let decimal = random.decimal()
      #expect(ExactDecimal(decimal.description) == decimal, "\(decimal)")
      let scientific = "\(decimal.mantissa)e\(decimal.exponent)"
      #expect(ExactDecimal(scientific) == decimal, "\(scientific)")
    }
  }

  @Test(arguments: seeds)
  func `equal numbers are equal values`(seed: UInt64) {
    var random = SeededNumbers(seed: seed)
    for _ in 0..<200 {
      let mantissa = random.mantissa() / 1000
      let zeros = Int.random(in: 0...3, using: &random)
      let longer = (0..<zeros).reduce(mantissa) { product, _ in product * 10 }
      let exponent = Int.random(in: -20...0, using: &random)
      let short = ExactDecimal(mantissa: mantissa, exponent: exponent)
      let long = ExactDecimal(mantissa: longer, exponent: exponent - zeros)
      #expect(short == long)
      #expect(short?.hashValue == long?.hashValue)
      if let short, short != .zero { #expect(short.mantissa % 10 != 0) }
    }
  }

  @Test(arguments: seeds)
  func `its order is that of the numbers`(seed: UInt64) {
    var random = SeededNumbers(seed: seed)
    for _ in 0..<200 {
      let left = random.decimal()
      let right =
        Bool.random(using: &random)
        ? random.decimal()
        : ExactDecimal(
          mantissa: left.mantissa / 10 * 10 + Int64.random(in: -5...5, using: &random),
          exponent: left.exponent) ?? left
      let order = Self.compare(left, right)
      #expect((left < right) == (order < 0), "\(left) \(right)")
      #expect((right < left) == (order > 0), "\(left) \(right)")
      #expect((left == right) == (order == 0), "\(left) \(right)")
    }
  }

  /// −1, 0 or 1 by comparing the digits of the plain texts.
  private static func compare(_ left: ExactDecimal, _ right: ExactDecimal) -> Int {
    func digits(_ decimal: ExactDecimal) -> [UInt8] {
      let parts = decimal.description.drop { $0 == "-" }.split(separator: ".")
      let whole = String(repeating: "0", count: 40 - parts[0].count) + parts[0]
      let fraction = parts.count == 2 ? String(parts[1]) : ""
      return Array((whole + fraction + String(repeating: "0", count: 40 - fraction.count)).utf8)
    }
    let signs = (left.mantissa.signum(), right.mantissa.signum())
    guard signs.0 == signs.1 else { return signs.0 < signs.1 ? -1 : 1 }
    let (one, other) = (digits(left), digits(right))
    guard one != other else { return 0 }
    return one.lexicographicallyPrecedes(other) == (signs.0 >= 0) ? -1 : 1
  }

  @Test func `numbers at the edge of the bounds are kept or refused, never a crash`() {
    for mantissa in [Int64.min, Int64.min + 1, Int64.max, 1_000_000_000_000_000_001] {
      #expect(ExactDecimal(mantissa: mantissa, exponent: 0) == nil)
    }
    #expect(ExactDecimal(mantissa: 999_999_999_999_999_999, exponent: 18) != nil)
    #expect(ExactDecimal(mantissa: 1, exponent: 19) == nil)
    #expect(ExactDecimal(mantissa: 1, exponent: -31) == nil)
    #expect(ExactDecimal(mantissa: 10, exponent: -31)?.exponent == -30)
    #expect(ExactDecimal(mantissa: 0, exponent: Int.max) == .zero)
  }
}
