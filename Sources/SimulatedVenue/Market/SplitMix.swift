/// A seeded generator of random bits (Steele, Lea, Flood: SplitMix64); the same everywhere.
package struct SplitMix: RandomNumberGenerator, Hashable, Sendable {
  private var state: UInt64

  package init(seed: UInt64) {
    state = seed
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mixed(state)
  }

  /// A well-spread function of `bits`.
  package static func mixed(_ bits: UInt64) -> UInt64 {
    var word = bits
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }

  /// Uniform in [0, 1), with 53 bits.
  package mutating func unit() -> Double {
    Double(next() >> 11) / 9_007_199_254_740_992
  }

  /// Mean 0 and variance 1, within ±3.5: four uniform numbers added, no logarithm.
  package mutating func bell() -> Double {
    (unit() + unit() + unit() + unit() - 2) * 3.0.squareRoot()
  }

  /// Uniform in `range`; the bias of the remainder is below 2^-32 for short ranges.
  package mutating func whole(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.count))
  }

  /// True in one of `odds` draws.
  package mutating func oneIn(_ odds: UInt64) -> Bool {
    next() % odds == 0
  }
}
