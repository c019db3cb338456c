// Three clocks that never mix. Market time comes with the data and is the only time strategies and
// risk windows see. Wall time is the venue's clock: it rules every deadline that is persisted or
// crosses a process. Machine time is monotonic and rules timers inside one process life.

/// A moment of the market's own clock, in milliseconds since 1970 UTC.
package struct MarketTime: Hashable, Comparable, Sendable {
  package let milliseconds: Int64

  package init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  package static func < (left: Self, right: Self) -> Bool {
    left.milliseconds < right.milliseconds
  }

  package func advanced(byMilliseconds delta: Int64) -> MarketTime {
    MarketTime(milliseconds: milliseconds + delta)
  }
}

/// A moment of wall time as the venue counts it, in milliseconds since 1970 UTC.
package struct WallTime: Hashable, Comparable, Sendable {
  package let milliseconds: Int64

  package init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  package static func < (left: Self, right: Self) -> Bool {
    left.milliseconds < right.milliseconds
  }

  package func advanced(byMilliseconds delta: Int64) -> WallTime {
    WallTime(milliseconds: milliseconds + delta)
  }
}

/// A reading of the monotonic clock of this boot, in nanoseconds; never persisted, never sent.
package struct MachineTime: Hashable, Comparable, Sendable {
  package let nanoseconds: Int64

  package init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  package static func < (left: Self, right: Self) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  package func advanced(byMilliseconds delta: Int64) -> MachineTime {
    MachineTime(nanoseconds: nanoseconds + delta * 1_000_000)
  }

  /// Whole milliseconds from `earlier` until this moment; negative when `earlier` is later.
  package func milliseconds(since earlier: MachineTime) -> Int64 {
    (nanoseconds - earlier.nanoseconds) / 1_000_000
  }
}
