import Domain
import Wire

/// What of the router's ledger is to be asked for, and when.
///
/// Invariants:
/// 1. One question is under way at a time: the next is asked after its answer or its time-out,
///    however many events are heard meanwhile.
/// 2. Events are handed out in order, none twice, whether heard or answered.
/// 3. Nothing is complete while an event is known that was not handed out.
struct LedgerCatchUp: Sendable {
  static let askAgainMilliseconds: Int64 = 500
  /// A question without an answer is asked again; two of them would only make the router slower.
  static let answerMilliseconds: Int64 = 1000
  /// The ledger is asked for news this often though nothing seems to be missing.
  static let safetyMilliseconds: Int64 = 5000
  /// Events heard beyond a hole that are kept until it is filled; with more, all are asked for.
  static let mostAhead = 4096

  /// Whether every event that exists was handed out, as far as is known.
  private(set) var isComplete = false
  private(set) var askAt = MachineTime(nanoseconds: 0)
  /// Questions asked so far, and the last of them whose answer reached the end.
  private(set) var asked: UInt64 = 0
  private(set) var answered: UInt64 = 0
  private var askedFrom: Int64 = 1
  private var isAsking = false
  /// Without a hole among them, beyond one.
  private var ahead: [LedgerEvent] = []

  /// Whether an event that was heard is the one that comes next.
  mutating func hear(_ event: LedgerEvent, next: Int64, _ now: MachineTime) -> Bool {
    guard event.number > next else { return event.number == next }
    keep(event)
    if isComplete, !isAsking { askAt = now }
    isComplete = false
    return false
  }

  private mutating func keep(_ event: LedgerEvent) {
    if let last = ahead.last, event.number != last.number + 1 {
      // Heard before; or a second hole, and what is before it will be answered for.
      guard event.number > last.number else { return }
      ahead = []
    }
    if ahead.count == Self.mostAhead { ahead = [] }
    ahead.append(event)
  }

  /// The source began anew or something was missed: nothing that is under way can be relied on.
  mutating func lose(_ now: MachineTime) {
    isComplete = false
    isAsking = false
    ahead = []
    askAt = now
  }

  /// Wants to know soon whether there is more; what is complete stays so meanwhile.
  mutating func check(_ now: MachineTime) {
    if !isAsking { askAt = min(askAt, now) }
  }

  /// Whether an answer is of a ledger that ends before what was read of it.
  func isShorter(_ reply: StreamReply) -> Bool { reply.newestEvent < askedFrom - 1 }

  /// What an answer brings, in order, from `next` on.
  mutating func answer(_ reply: StreamReply, next: Int64, _ now: MachineTime) -> [LedgerEvent] {
    isAsking = false
    var brought: [LedgerEvent] = []
    for event in reply.events + ahead where event.number == next + Int64(brought.count) {
      brought.append(event)
    }
    let reached = next + Int64(brought.count)
    if let last = ahead.last, last.number < reached { ahead = [] }
    isComplete = ahead.isEmpty && reached > reply.newestEvent
    if isComplete { answered = asked }
    // An answer that brought nothing though there is more is not asked for at once again.
    let pause =
      isComplete ? Self.safetyMilliseconds : brought.isEmpty ? Self.askAgainMilliseconds : 0
    askAt = now.advanced(byMilliseconds: pause)
    return brought
  }

  /// From which event on to ask now; nil when nothing is due.
  mutating func question(next: Int64, _ now: MachineTime) -> Int64? {
    guard askAt <= now else { return nil }
    isAsking = true
    asked += 1
    askedFrom = next
    askAt = now.advanced(byMilliseconds: Self.answerMilliseconds)
    return next
  }
}
