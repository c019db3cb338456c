/// Decides what the ledger does about room on its disk; looks at nothing itself.
///
///     roomy ──free < refuseBelow──► refusing ──free ≥ resumeAbove──► roomy
///
/// Invariants:
/// 1. While it refuses no new intent is accepted; stops, exits and cancels are never asked.
/// 2. The ballast is let go only when a write found no room, or when a life begins with less room
///    than it needs to say so.
/// 3. Between the two bounds nothing changes, so that it does not flutter.
package struct DiskReserve: Hashable, Sendable {
  package struct Limits: Hashable, Sendable {
    /// Bytes kept allocated, for what must still be written when the disk is full.
    package var ballast: Int64 = 16 << 20
    package var refuseBelow: Int64 = 64 << 20
    package var resumeAbove: Int64 = 128 << 20

    package init() {}
  }

  package enum Action: Hashable, Sendable {
    case keep
    case makeBallast
    case releaseBallast
  }

  package let limits: Limits
  package private(set) var isRefusing = false

  package init(_ limits: Limits) {
    self.limits = limits
  }

  /// What follows from `free` bytes on the disk and the ballast there is.
  ///
  /// An unknown amount counts as none. `wasFull` says that a write has just found no room.
  package mutating func step(free: Int64?, hasBallast: Bool, wasFull: Bool = false) -> Action {
    let free = free ?? 0
    if wasFull || free < limits.refuseBelow {
      isRefusing = true
    } else if free >= limits.resumeAbove {
      isRefusing = false
    }
    if wasFull { return hasBallast ? .releaseBallast : .keep }
    // Making it must not by itself bring the disk below the bound.
    let isRoomy = !isRefusing && free - limits.ballast >= limits.resumeAbove
    return !hasBallast && isRoomy ? .makeBallast : .keep
  }
}
