import Domain

/// A difference between the venue's position and ours, as complete readings showed it.
struct PositionDifference: Hashable, Sendable {
  let ours: Int64
  let theirs: Int64
  let seenAt: MachineTime
  /// The newest reading that had begun by then: only a later one is a second look.
  let started: Int
}
