import Domain

/// A difference between the venue's position and ours, as complete readings showed it.
struct PositionDifference: Hashable, Sendable {
  let ours: Int64
  let theirs: Int64
  let seenAt: MachineTime
  /// Whether fills of somebody else explained it in one of those readings: fills are facts, also
  /// when newer ones have pushed them off the page that the next reading asks for.
  var isExplained: Bool
}
