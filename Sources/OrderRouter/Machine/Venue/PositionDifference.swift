import Domain

/// A difference between the venue's position and ours, as complete readings showed it.
struct PositionDifference: Hashable, Sendable {
  let ours: Int64
  let theirs: Int64
  let seenAt: MachineTime
  /// The venue's clock then: all that the position tells had happened by that time.
  let shownAt: WallTime
  /// The newest reading that had begun by then: only a later one is a second look.
  let started: Int
}
