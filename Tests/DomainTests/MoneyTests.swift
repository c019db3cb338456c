import Testing

@testable import Domain

@Suite("an amount of money")
struct MoneyTests {
  @Test(arguments: seeds)
  func `is any decimal in millionths, rounded as named, or nothing`(seed: UInt64) throws {
    var random = SeededNumbers(seed: seed)
    for _ in 0..<300 {
      let decimal = random.decimal()
      let down = Money(decimal, rounding: .down)
      let up = Money(decimal, rounding: .up)
      guard let down, let up else {
        #expect(abs(decimal.double) > 9_000_000_000_000)
        continue
      }
      #expect((0...1).contains(up.micros - down.micros))
      if abs(down.micros) < ExactDecimal.mantissaBound { #expect(down.decimal <= decimal) }
      if abs(up.micros) < ExactDecimal.mantissaBound { #expect(up.decimal >= decimal) }
    }
  }

  @Test func `the largest number of all is too large, not a crash`() throws {
    let huge = try #require(ExactDecimal(mantissa: 999_999_999_999_999_999, exponent: 18))
    #expect(Money(huge, rounding: .down) == nil)
    #expect(Money(try #require(ExactDecimal("-1e18")), rounding: .up) == nil)
  }

  @Test(
    arguments: [
      (0, "0"), (1, "0.000001"), (-1_500_000, "-1.5"),
      (999_999_999_999_999_999, "999999999999.999999"),
      (1_000_000_000_000_000_000, "1000000000000"),
    ] as [(Int64, String)])
  func `is spelled plainly`(micros: Int64, text: String) {
    #expect(Money(micros: micros).description == text)
  }

  @Test(arguments: [Int64.max, Int64.min, 1_000_000_000_000_000_001])
  func `an amount with too many digits is spelled short of its last one, never as nothing`(
    micros: Int64
  ) {
    let spelled = Money(micros: micros).decimal
    #expect(abs(spelled.double - Double(micros) / 1_000_000) < 0.001 * abs(spelled.double))
    #expect(spelled != .zero)
  }
}
