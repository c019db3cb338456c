import Domain

/// A difference between the venue's position and ours, as complete readings showed it.
struct PositionDifference: Hashable, Sendable {
  let ours: Int64
  let theirs: Int64
  let seenAt: MachineTime
}
