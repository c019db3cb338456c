import Domain
import Ledger
import Testing

@testable import OrderRouter

/// Found by seeds 610870 and 611286 of the simulator.
@Suite("an order that is over and is shown at rest")
struct ZombieTests {
  /// The newer reading showed the stop, the older one ended its intent, and nobody in the newer one
  /// remembered it: a second router, it was called (seed 877769).
  @Test func `an order whose intent is closed while a reading is under way is no stranger in it`()
    throws
  {
    let bench = try RouterBench()
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 2000)
    let stop = try #require(bench.venue.stops.first)
    bench.holdsAnswers = true
    try bench.pass(milliseconds: 500)
    #expect(bench.held.count == 3)
    try bench.offer(Sample.intent("b", at: bench.milliseconds, on: Sample.second.id))
    let newer = try #require(bench.held.lastIndex(of: .openOrders))
    #expect(newer >= 3)
    try bench.answerHeld(newer)
    bench.venue.trigger(stop)
    for _ in 0..<3 { try bench.answerHeld(0) }
    #expect(bench.machine.book.orders[stop.clientOrderID] == nil, "its intent is closed")
    while !bench.held.isEmpty, bench.machine.withheld.isEmpty == false { try bench.answerHeld(0) }
    bench.holdsAnswers = false
    try bench.pass(milliseconds: 500, upTo: 3000)
    #expect(bench.pressed.isEmpty && bench.machine.tradingState == .active)
  }

  let bench: RouterBench

  init() throws { bench = try RouterBench() }

  @Test func `it is cancelled at once, and once it is gone nothing was wrong`() throws {
    try bench.offer(Sample.intent("a", at: bench.milliseconds, takeProfit: 1200))
    try bench.pass(milliseconds: 500, upTo: 5000)
    let profit = try #require(bench.machine.book.liveOrders.first { $0.role == .takeProfit })
    _ = try bench.command(.cancel(profit.id, by: "ann"))
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.machine.book.orders[profit.id]?.status == .cancelled)
    let before = cancels(of: profit.id)
    bench.venue.addOpenOrder(profit.id)
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(cancels(of: profit.id) == before + 1)
    #expect(bench.alerts.contains { $0.contains("rests, and was judged cancelled") })
    try bench.pass(milliseconds: 500, upTo: 90_000)
    #expect(bench.machine.tradingState == .active)
    try bench.expectNoDrift()
  }

  /// The answer to an older question may come after the intent was closed, and in another life.
  @Test(arguments: [false, true])
  func `one of a closed intent is no second router, until readings go on showing it`(
    isAnotherLife: Bool
  ) throws {
    let stop = try stopOfClosedIntent()
    if isAnotherLife { try bench.restart() }
    bench.venue.addOpenOrder(stop.clientOrderID)
    try bench.pass(milliseconds: 500, upTo: 20_000)
    #expect(bench.machine.tradingState == .active)
    guard case .denied = try bench.offer(Sample.intent("b", at: bench.milliseconds)) else {
      // Layer 4 looks before the order leaves.
      try bench.pass(milliseconds: 500, upTo: 5000)
      #expect(bench.venue.entries.count == 1)
      try bench.pass(milliseconds: 500, upTo: 60_000)
      #expect(bench.machine.tradingState == .halted)
      #expect(bench.pressed.first?.contains("its intent is closed") == true)
      return
    }
    Issue.record("denied before the venue was asked")
  }

  @Test func `a fill of an order whose intent is closed halts entries, and says what it is`() throws
  {
    let stop = try stopOfClosedIntent()
    bench.venue.trigger(stop)
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.machine.tradingState == .halted)
    #expect(bench.pressed.first?.contains("whose intent is closed") == true)
    #expect(bench.pressed.first?.contains("second router") == false)
  }

  /// The stop of a position that it has closed, whose intent has left memory.
  private func stopOfClosedIntent() throws -> OrderPlacement {
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 5000)
    let stop = try #require(bench.venue.stops.first)
    bench.venue.trigger(stop)
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.machine.book.intents.isEmpty)
    return stop
  }

  private func cancels(of id: ClientOrderID) -> Int {
    bench.venue.requests.count { request in
      if case .cancel(id, _) = request { true } else { false }
    }
  }
}
