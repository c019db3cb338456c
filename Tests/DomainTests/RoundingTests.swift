import Testing

@testable import Domain

@Suite("a rounding names its direction and keeps it")
struct RoundingTests {
  @Test(arguments: [
    (7, 2, 3, 4, 4), (-7, 2, -4, -3, -3), (6, 2, 3, 3, 3), (0, 5, 0, 0, 0), (1, 3, 0, 1, 0),
    (2, 3, 0, 1, 1), (-1, 3, -1, 0, 0), (-2, 3, -1, 0, -1), (5, 10, 0, 1, 1), (-5, 10, -1, 0, 0),
  ])
  func `by hand`(numerator: Int, denominator: Int, down: Int, up: Int, nearest: Int) {
    let divide = { (rounding: Rounding) in
      Int(rounding.divide(Int128(numerator), by: Int128(denominator)))
    }
    #expect(divide(.down) == down)
    #expect(divide(.up) == up)
    #expect(divide(.nearest) == nearest)
  }

  @Test(arguments: seeds)
  func `down is at most, up at least, nearest at most half a step away`(seed: UInt64) {
    var random = SeededNumbers(seed: seed)
    for _ in 0..<200 {
      let numerator = Int128(random.mantissa()) * Int128(random.mantissa())
      let denominator = Int128(max(1, abs(random.mantissa())))
      let down = Rounding.down.divide(numerator, by: denominator)
      let up = Rounding.up.divide(numerator, by: denominator)
      let nearest = Rounding.nearest.divide(numerator, by: denominator)
      #expect(down * denominator <= numerator && numerator - down * denominator < denominator)
      #expect(up * denominator >= numerator && up * denominator - numerator < denominator)
      let away = (nearest * denominator - numerator).magnitude
      #expect(away * 2 <= denominator.magnitude)
      if away * 2 == denominator.magnitude { #expect(nearest == up) }
    }
  }

  @Test(arguments: [Rounding.down, .up, .nearest])
  func `the largest numbers do not overflow`(rounding: Rounding) {
    #expect(rounding.divide(Int128.max, by: 1) == Int128.max)
    #expect(rounding.divide(Int128.min, by: 1) == Int128.min)
    #expect(rounding.divide(Int128.max, by: Int128.max) == 1)
    #expect([0, 1].contains(rounding.divide(1, by: Int128.max)))
    #expect([0, -1].contains(rounding.divide(-1, by: Int128.max)))
    #expect([-1, -2].contains(rounding.divide(Int128.min, by: Int128.max)))
  }
}
