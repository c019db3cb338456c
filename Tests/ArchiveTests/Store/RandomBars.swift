import Domain

@testable import Archive

/// Possible bars out of a seed.
struct RandomBars: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  // SplitMix64 (Steele, Lea, Flood 2014).
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  /// A bar whose numbers have up to nine digits and any place of the point.
  mutating func bar(at open: Int64) -> RawCandle {
    let exponent = Int.random(in: -12...3, using: &self)
    let prices = (0..<4).map { _ in Int64.random(in: 1...999_999_999, using: &self) }.sorted()
    let numbers = prices.compactMap { ExactDecimal(mantissa: $0, exponent: exponent) }
    guard numbers.count == 4,
      let volume = ExactDecimal(
        mantissa: Int64.random(in: 0...999_999_999_999, using: &self),
        exponent: Int.random(in: -10...2, using: &self))
    else { fatalError("numbers of twelve digits are decimals") }
    let isUp = Bool.random(using: &self)
    return RawCandle(
      openMilliseconds: open, open: isUp ? numbers[1] : numbers[2], high: numbers[3],
      low: numbers[0], close: isUp ? numbers[2] : numbers[1], volume: volume)
  }

  /// `count` of them one minute apart.
  mutating func bars(_ count: Int, from start: Int64 = MarketFolder.newYear) -> [RawCandle] {
    (0..<count).map { bar(at: start + Int64($0) * 60_000) }
  }
}

extension RawCandle {
  /// The line of a file that says the same.
  var line: String { "\(openMilliseconds),\(text)" }
}
