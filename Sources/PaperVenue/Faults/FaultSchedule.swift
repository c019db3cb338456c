/// Which of the matching requests a fault befalls.
struct FaultSchedule: Hashable, Sendable {
  /// The first match it may befall, from 1.
  var first = 1
  /// How many it befalls; nil for no end.
  var count: Int? = 1
  /// The chance of each, by a generator of its own seed.
  var probability: Double?
  var seed: UInt64 = 1
}

/// How far a schedule has come.
struct FaultProgress: Hashable, Sendable {
  private(set) var matches = 0
  private(set) var hits = 0
  private var state: UInt64
  private let schedule: FaultSchedule

  init(_ schedule: FaultSchedule) {
    self.schedule = schedule
    state = schedule.seed
  }

  /// Whether it will never befall anything again.
  var isSpent: Bool { schedule.count.map { hits >= $0 } ?? false }

  /// Counts one match; whether the fault befalls it.
  mutating func fires() -> Bool {
    guard !isSpent else { return false }
    matches += 1
    guard matches >= schedule.first else { return false }
    if let probability = schedule.probability, unit() >= probability { return false }
    hits += 1
    return true
  }

  /// The next number of 0..<1, by SplitMix64.
  private mutating func unit() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    mixed ^= mixed >> 31
    return Double(mixed >> 11) / Double(1 << 53)
  }
}
