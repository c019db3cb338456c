import Domain
import Testing

/// Random numbers that a seed repeats: a failing case can be run again.
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed &* 0x9E37_79B9_7F4A_7C15
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }

  /// A whole number of any size up to 18 digits, small ones as often as large ones.
  mutating func mantissa() -> Int64 {
    let digits = Int.random(in: 1...18, using: &self)
    let bound = (0..<digits).reduce(Int64(1)) { product, _ in product * 10 } - 1
    return Int64.random(in: -bound...bound, using: &self)
  }

  /// Any decimal number the type can hold.
  mutating func decimal() -> ExactDecimal {
    while true {
      let exponent = Int.random(in: -30...18, using: &self)
      if let decimal = ExactDecimal(mantissa: mantissa(), exponent: exponent) { return decimal }
    }
  }

  /// Printable ASCII without a space.
  mutating func name(_ lengths: ClosedRange<Int> = 1...96) -> String {
    let length = Int.random(in: lengths, using: &self)
    let bytes = (0..<length).map { _ in UInt8.random(in: 0x21...0x7E, using: &self) }
    return String(decoding: bytes, as: UTF8.self)
  }

  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
  }
}

/// Seeds of the property tests; each of them draws many cases.
let seeds: ClosedRange<UInt64> = 1...40
