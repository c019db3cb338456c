package import Domain
package import Ledger

/// What happens to the router.
package enum RouterEvent: Sendable {
  case started
  /// The gate offers an intent; `offer` names it in the acknowledgement.
  case offer(UInt64, OrderIntent)
  case report(VenueReport)
  case tick
}

/// What the router wants done, in order; records are durable before anything else is performed.
package enum RouterEffect: Hashable, Sendable {
  case record(LedgerRecord)
  case request(VenueRequest, tag: UInt64)
  case acknowledge(offer: UInt64, Verdict)
  case ready
  case alert(String)
}

/// The clocks of one step.
package struct RouterTime: Hashable, Sendable {
  /// Our own wall clock; the machine adds the venue's offset.
  package let wall: WallTime
  package let machine: MachineTime

  package init(wall: WallTime, machine: MachineTime) {
    self.wall = wall
    self.machine = machine
  }
}

/// How far the start has come; no entry leaves before `ready`.
///
///     loadingInstruments ─► reconciling ─► ready
package enum RouterPhase: String, Sendable {
  case loadingInstruments = "loading instruments"
  case reconciling
  case ready
}

/// Why a request was made; the other end of its tag.
enum RequestPurpose: Hashable, Sendable {
  case instruments
  case account
  case reading(Int, VenueReading.Source)
  case place(ClientOrderID)
  case cancel(ClientOrderID)
  case amend(ClientOrderID, total: Quantity)
}

/// Readings of the venue's order history: it has a pool of its own, 100 in ten minutes.
struct HistoryBudget: Sendable {
  /// Ours is smaller, for an operator's own look.
  private static let readings = 80
  private static let window: Int64 = 600_000
  private var spent: [MachineTime] = []

  /// Takes one reading out of the budget, or says that there is none left.
  mutating func spend(_ now: MachineTime) -> Bool {
    spent.removeAll { now.milliseconds(since: $0) >= Self.window }
    guard spent.count < Self.readings else { return false }
    spent.append(now)
    return true
  }
}

/// The numbers the router works with; all times in milliseconds.
package struct RouterSettings: Hashable, Sendable {
  /// How long after sending an entry the venue may still process it.
  package var requestDeadlineMilliseconds: Int64 = 5000
  /// The same for stops, so that doubt about one ends quickly.
  package var stopDeadlineMilliseconds: Int64 = 1000
  /// From a fill to its stop resting at the venue.
  package var protectionDeadlineMilliseconds: Int64 = 5000
  /// Added to a deadline before absence counts, for clocks that differ.
  package var skewMarginMilliseconds: Int64 = 500
  package var pollMilliseconds: Int64 = 500
  /// How long after a position closed the same setup may be traded again.
  package var rearmCooldownMilliseconds: Int64 = 60_000
  /// After this long past its deadline a doubt that nothing resolves becomes HELD.
  package var contradictionMilliseconds: Int64 = 60_000
  package var accountMilliseconds: Int64 = 10_000
  package var instrumentsMilliseconds: Int64 = 600_000

  package init() {}
}
