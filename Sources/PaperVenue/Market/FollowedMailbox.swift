import Domain
import Synchronization

/// What the thread that listens to another venue hands over to the venue here.
///
/// Invariants: 1. At most `mostEvents` wait; past it all of them are thrown away, one
/// `disconnected` stands for them, and whoever posts learns it and listens anew. 2. What is taken
/// is taken once and in order.
final class FollowedMailbox: Sendable {
  static let mostEvents = 65_536

  /// What there is at one look.
  struct Delivery: Sendable {
    var events: [StreamEvent] = []
    /// Instruments whose terms are not those they were listed with, and why.
    var objections: [InstrumentID: String] = [:]
    /// When the listener last had nothing left to read.
    var heardAt: MachineTime
  }

  private struct State: Sendable {
    var delivery: Delivery
    var overflows = 0
    var counts = FollowedCounts()
  }

  private let state: Mutex<State>

  init(now: MachineTime) {
    state = Mutex(State(delivery: Delivery(heardAt: now)))
  }

  /// False when more waits than may; then the listener has to begin anew.
  func post(_ events: [StreamEvent], heardAt now: MachineTime, counts: FollowedCounts) -> Bool {
    state.withLock { state in
      state.delivery.heardAt = now
      state.counts = counts
      guard state.delivery.events.count + events.count <= Self.mostEvents else {
        state.overflows += 1
        state.delivery.events = [.disconnected(why: "more was heard than was taken")]
        return false
      }
      state.delivery.events += events
      return true
    }
  }

  func object(_ objections: [InstrumentID: String]) {
    state.withLock { $0.delivery.objections = objections }
  }

  func take() -> Delivery {
    state.withLock { state in
      defer { state.delivery.events = [] }
      return state.delivery
    }
  }

  var counts: FollowedCounts {
    state.withLock { state in
      var counts = state.counts
      counts.overflows = state.overflows
      return counts
    }
  }
}

/// What was heard of a venue that is followed, since the beginning.
struct FollowedCounts: Hashable, Sendable {
  var messages: UInt64 = 0
  var malformed: UInt64 = 0
  var connections: UInt64 = 0
  /// How often more was heard than was taken in time.
  var overflows = 0
  /// Questions that were passed on, and those that had no answer.
  var questions = 0
  var unanswered = 0
}
