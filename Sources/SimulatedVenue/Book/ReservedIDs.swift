/// Every client order id that was ever taken, in 16 bytes each.
///
/// Two different mixes of the id stand for it: that two of a million ids collide in both has a
/// probability below 10⁻²⁶, and then one order is refused that need not be.
struct ReservedIDs: Hashable, Sendable {
  private struct Mark: Hashable, Sendable {
    let high: UInt64
    let low: UInt64
  }

  private var marks: Set<Mark> = []

  func contains(_ id: String) -> Bool { marks.contains(Self.mark(id)) }

  mutating func insert(_ id: String) { marks.insert(Self.mark(id)) }

  private static func mark(_ id: String) -> Mark {
    var high: UInt64 = 0xCBF2_9CE4_8422_2325
    var low: UInt64 = 0x9E37_79B9_7F4A_7C15
    for byte in id.utf8 {
      high = (high ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
      low = SplitMix.mixed(low &+ UInt64(byte) &+ 1)
    }
    return Mark(high: SplitMix.mixed(high), low: low)
  }
}
