import Synchronization

/// The one table of faults, for every thread that has to ask it.
///
/// Faults are not kept over a restart of the venue: a new life misbehaves only when asked again.
final class FaultDesk: Sendable {
  private struct State {
    var table = FaultTable()
    /// By the id of its fault.
    var snapshots: [String: StaleSnapshot] = [:]
  }

  private let state = Mutex(State())

  func plan(for request: VenueHTTPRequest) -> FaultPlan {
    state.withLock { $0.table.plan(for: request) }
  }

  /// What becomes of one message of `feed` that is about to be sent to one connection.
  func socketPlan(feed: String) -> SocketPlan {
    state.withLock { $0.table.socketPlan(feed: feed) }
  }

  /// How far the venue's clock is set wrong now.
  var clockSkewMilliseconds: Int64 { state.withLock { $0.table.clockSkewMilliseconds } }

  func snapshot(of fault: String) -> StaleSnapshot? {
    state.withLock { $0.snapshots[fault] }
  }

  func arm(_ fault: Fault, _ snapshot: StaleSnapshot? = nil) -> Result<String, FaultRefusal> {
    state.withLock { state in
      Result { () throws(FaultRefusal) in
        let id = try state.table.arm(fault)
        state.snapshots[id] = snapshot
        let held = Set(state.table.armed.map(\.id))
        state.snapshots = state.snapshots.filter { held.contains($0.key) }
        return id
      }
    }
  }

  func disarm(_ id: String) -> Bool {
    state.withLock { state in
      state.snapshots[id] = nil
      return state.table.disarm(id)
    }
  }

  func disarmAll() -> Int {
    state.withLock { state in
      state.snapshots = [:]
      return state.table.disarmAll()
    }
  }

  /// Every fault with how far it has come.
  var list: JSON {
    let (armed, skew) = state.withLock { ($0.table.armed, $0.table.clockSkewMilliseconds) }
    return .members([
      "faults": .list(
        armed.map { entry in
          .members([
            "id": .text(entry.id), "matches": .integer(entry.progress.matches),
            "hits": .integer(entry.progress.hits), "spent": .flag(entry.progress.isSpent),
            "document": entry.fault.document,
          ])
        }), "clock_skew_ms": .integer(skew),
    ])
  }
}
