import Synchronization

/// Stands between the door and the venue, and does what the armed faults say.
///
/// Invariants:
/// 1. Without a fault that befalls a request, the request and its answer pass untouched.
/// 2. Each request is answered once, however often the venue was given it.
/// 3. At most `mostHeld` requests and answers are held back at one time; one more is not.
struct FaultLayer: Sendable {
  let desk: FaultDesk
  /// The venue itself; it answers outside of its own locks or not, as it likes.
  let venue: Responder
  /// Runs something later; 0 means soon, and never before this call has returned.
  let after: @Sendable (Int64, @escaping @Sendable () -> Void) -> Void
  /// Runs something when every fill up to now was pushed to the WebSockets.
  var whenPushed: @Sendable (@escaping @Sendable () -> Void) -> Void

  /// Nothing tells when fills were pushed until the WebSockets do: a short while is waited instead.
  private static let pushMilliseconds: Int64 = 100
  static let mostHeld = 10_000
  private let held = HeldCount()

  init(
    desk: FaultDesk, venue: @escaping Responder,
    after: @escaping @Sendable (Int64, @escaping @Sendable () -> Void) -> Void
  ) {
    self.desk = desk
    self.venue = venue
    self.after = after
    whenPushed = { after(Self.pushMilliseconds, $0) }
  }

  func respond(
    _ request: VenueHTTPRequest, _ reply: @escaping @Sendable (VenueHTTPResponse) -> Void
  ) {
    let plan = desk.plan(for: request)
    guard !plan.faults.isEmpty else {
      venue(request, reply)
      return
    }
    later(plan.delayMilliseconds) { process(request, plan, reply) }
  }

  private func process(
    _ request: VenueHTTPRequest, _ plan: FaultPlan,
    _ reply: @escaping @Sendable (VenueHTTPResponse) -> Void
  ) {
    guard plan.isProcessed else {
      finish(request, plan, nil, reply)
      return
    }
    venue(request) { first in
      guard plan.isTwice else {
        finish(request, plan, first, reply)
        return
      }
      var again = request
      again.origin = .redelivery
      after(0) { [again] in
        venue(again) { finish(request, plan, plan.keepsSecond ? $0 : first, reply) }
      }
    }
  }

  private func finish(
    _ request: VenueHTTPRequest, _ plan: FaultPlan, _ response: VenueHTTPResponse?,
    _ reply: @escaping @Sendable (VenueHTTPResponse) -> Void
  ) {
    let answer = plan.answer(to: request, response, stale: desk.snapshot)
    guard plan.waitsForFills else {
      later(plan.delayAnswerMilliseconds) { reply(answer) }
      return
    }
    whenPushed { later(plan.delayAnswerMilliseconds) { reply(answer) } }
  }

  private func later(_ milliseconds: Int64, _ body: @escaping @Sendable () -> Void) {
    guard milliseconds > 0, held.enter() else {
      body()
      return
    }
    after(milliseconds) { [held] in
      held.leave()
      body()
    }
  }
}

/// How many requests and answers are held back.
private final class HeldCount: Sendable {
  private let count = Atomic<Int>(0)

  func enter() -> Bool {
    let (before, _) = count.add(1, ordering: .relaxed)
    if before >= FaultLayer.mostHeld { leave() }
    return before < FaultLayer.mostHeld
  }

  func leave() { count.subtract(1, ordering: .relaxed) }
}
