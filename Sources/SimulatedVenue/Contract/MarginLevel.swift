package import Domain

/// One step of a contract's margin schedule; a position has the level of its whole notional.
package struct MarginLevel: Hashable, Sendable {
  /// Notional from which the level applies.
  package let from: Money
  /// In parts per million of notional: 20,000 is 2 %, a leverage of 50.
  package let initial: Int64
  package let maintenance: Int64

  package init(from: Money, initial: Int64, maintenance: Int64) {
    self.from = from
    self.initial = initial
    self.maintenance = maintenance
  }

  /// Why these levels are no schedule; nil when they are one.
  package static func complaint(_ levels: [MarginLevel]) -> String? {
    guard let first = levels.first else { return "there is none" }
    guard first.from == .zero else { return "the first begins at \(first.from) and not at 0" }
    for level in levels {
      guard (1...1_000_000).contains(level.initial) else {
        return "an initial margin of \(level.initial) millionths is not above 0 and at most 1"
      }
      guard (1...level.initial).contains(level.maintenance) else {
        return "a maintenance margin of \(level.maintenance) millionths is not above 0 and at most "
          + "the initial margin"
      }
    }
    for (lower, upper) in zip(levels, levels.dropFirst()) {
      guard lower.from < upper.from, lower.initial <= upper.initial,
        lower.maintenance <= upper.maintenance
      else { return "the level from \(upper.from) is not above the one from \(lower.from)" }
    }
    return nil
  }
}
