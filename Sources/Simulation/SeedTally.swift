/// What seeds contained, summed; the life beside the zeros.
package struct SeedTally: Codable, Hashable, Sendable {
  package var seeds = 0
  package var failing_seeds = 0
  package var simulated_seconds = 0
  package var offered = 0
  package var accepted = 0
  package var denied = 0
  package var intents = 0
  package var entries = 0
  package var entries_filled = 0
  package var orders = 0
  package var amendments = 0
  package var cancels = 0
  package var fills = 0
  package var unknowns = 0
  package var held = 0
  package var adoptions = 0
  package var exits = 0
  package var halts = 0
  package var locks = 0
  package var crashes = 0
  package var crashes_in_flight = 0
  package var fresh_signals = 0
  package var crashes_by_place: [String: Int] = [:]
  package var crashes_by_moment: [String: Int] = [:]
  package var faults: [String: Int] = [:]
  package var denials: [String: Int] = [:]
  package var order_ends: [String: Int] = [:]

  package init() {}

  package mutating func add(_ other: SeedTally) {
    let counts: [WritableKeyPath<SeedTally, Int>] = [
      \.seeds, \.failing_seeds, \.simulated_seconds, \.offered, \.accepted, \.denied, \.intents,
      \.entries, \.entries_filled, \.orders, \.amendments, \.cancels, \.fills, \.unknowns, \.held,
      \.adoptions, \.exits, \.halts, \.locks, \.crashes, \.crashes_in_flight, \.fresh_signals,
    ]
    for path in counts { self[keyPath: path] += other[keyPath: path] }
    let tables: [WritableKeyPath<SeedTally, [String: Int]>] = [
      \.crashes_by_place, \.crashes_by_moment, \.faults, \.denials, \.order_ends,
    ]
    for path in tables {
      self[keyPath: path].merge(other[keyPath: path]) { $0 + $1 }
    }
  }
}
