import Domain
import Ledger
import Testing

@testable import OrderRouter

@Suite("doubt about changes and ends")
struct DoubtTests {
  let bench: RouterBench
  private let id = Sample.instrument.id

  init() throws { bench = try RouterBench() }

  /// A position of 10 whose stop has to be amended to 15.
  private func enlarge(_ fates: [ScriptedVenue.Fate]) throws {
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 5000)
    bench.venue.amendFates = fates
    bench.venue.setForeignPosition(15)
    try bench.pass(milliseconds: 500, upTo: 2500)
  }

  @Test func `an amendment whose answer is lost is seen in the order itself`() throws {
    try enlarge([.answerLost])
    try bench.pass(milliseconds: 500, upTo: 10_000)
    #expect(bench.venue.amendments.count == 1)
    #expect(bench.venue.openOrders.map(\.unfilled.lots) == [15])
    try bench.expectNoDrift()
  }

  @Test func `an amendment that never arrived is sent again, after its deadline only`() throws {
    try enlarge([.requestLost])
    #expect(bench.venue.amendments.count == 1)
    let sent = try #require(bench.venue.amendments.first)
    var secondAt: Int64?
    for _ in 0..<20 where secondAt == nil {
      try bench.pass(milliseconds: 500)
      if bench.venue.amendments.count == 2 { secondAt = bench.milliseconds }
    }
    #expect(try #require(secondAt) > sent.processBefore.milliseconds)
    #expect(bench.venue.openOrders.map(\.unfilled.lots) == [15])
  }

  @Test func `a refused amendment is tried again after a look at the venue`() throws {
    try enlarge([.refused("marketSuspended")])
    try bench.pass(milliseconds: 500, upTo: 10_000)
    #expect(bench.venue.amendments.count == 2)
    try bench.expectNoDrift()
  }

  @Test func `a change in doubt at a restart is looked up`() throws {
    bench.holdsAnswers = false
    try enlarge([.answerLost])
    try bench.restart()
    try bench.pass(milliseconds: 500, upTo: 10_000)
    #expect(bench.venue.amendments.count == 1)
    #expect(bench.machine.book.liveOrders.allSatisfy { $0.change == nil })
  }

  @Test func `a cancel acknowledged is no end: that it rests no more is`() throws {
    try bench.offer(Sample.intent("a", at: bench.milliseconds, takeProfit: 1200))
    try bench.pass(milliseconds: 500, upTo: 5000)
    let profit = try #require(bench.machine.book.liveOrders.first { $0.role == .takeProfit })
    bench.venue.unreadable = true
    _ = try bench.command(.cancel(profit.id, by: "ann"))
    #expect(bench.venue.openOrders.count == 1)
    let acknowledged = try #require(bench.machine.book.orders[profit.id])
    #expect(acknowledged.status == .working && acknowledged.change == nil)
    bench.venue.unreadable = false
    // The history of orders does not know triggers that nothing has touched, and the look-up has
    // forgotten it: what is left are open orders, fills and the position, and they agree.
    bench.venue.forgetRecent()
    bench.venue.historyUnreadable = true
    try bench.pass(milliseconds: 500, upTo: 2000)
    #expect(bench.machine.book.orders[profit.id]?.status == .unknown)
    bench.venue.historyUnreadable = false
    try bench.pass(milliseconds: 500, upTo: 6000)
    #expect(bench.machine.book.orders[profit.id]?.status == .cancelled)
  }

  @Test func `fills behind the newest hundred are read before anything is judged`() throws {
    bench.venue.fates = [.answerLost]
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    // Two hundred strange fills push ours off the first page.
    bench.venue.addForeignFills(200, from: WallTime(milliseconds: bench.milliseconds + 10))
    bench.venue.forgetRecent()
    try bench.pass(milliseconds: 500, upTo: 3000)
    #expect(try bench.intents().first?.state == .filled)
    #expect(bench.venue.requests.contains { if case .olderFills = $0 { true } else { false } })
  }

  @Test func `what contradicts itself for too long is held, and only an operator ends it`() throws {
    bench.venue.fates = [.requestLost]
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    // The venue shows a position that no fill explains: never placed is not proved.
    bench.venue.showPosition(3)
    try bench.pass(milliseconds: 500, upTo: 80_000)
    let order = try #require(try bench.orders().first)
    #expect(order.status == .held)
    #expect(bench.machine.book.locks[id] != nil)
    #expect(
      try bench.command(
        .resolve(order.id, placedAs: nil, by: "ann", reason: "seen in the venue's own log"))
        == .done("order \(order.id) was not placed"))
    try bench.mark(1000)
    try bench.pass(milliseconds: 500, upTo: 10_000)
    #expect(bench.machine.book.locks.isEmpty)
    #expect(bench.venue.stops.map(\.quantity.lots) == [3])
    try bench.expectNoDrift()
  }

  @Test func `an order in doubt is not resolved by command`() throws {
    bench.venue.fates = [.answerLost]
    bench.venue.unreadable = true
    try bench.restart()
    bench.venue.unreadable = false
    try bench.pass(milliseconds: 500, upTo: 3000)
    bench.venue.fates = [.requestLost]
    try bench.offer(Sample.intent("b", at: bench.milliseconds))
    let order = try #require(try bench.orders().last)
    #expect(order.status == .unknown)
    #expect(
      try bench.command(.resolve(order.id, placedAs: nil, by: "ann", reason: "tired"))
        == .refused("order \(order.id) is unknown, not held"))
  }

  @Test func `two lost requests for a stop cost no more than their deadlines`() throws {
    bench.venue.fates = [.answered, .requestLost, .requestLost, .answered]
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    let filled = bench.milliseconds
    #expect(bench.venue.entries.count == 1 && bench.venue.stops.isEmpty)
    var wake = bench.wake
    while bench.venue.stops.isEmpty, bench.milliseconds < filled + 10_000 {
      // As the loop does: nothing happens before the machine asks to be woken.
      let wait = wake.milliseconds(since: bench.now.machine)
      try bench.pass(milliseconds: max(1, wait))
      wake = bench.wake
    }
    // Per lost request: its deadline, the venue's hold, the stop's margin, and the clock's doubt.
    let settings = RouterSettings()
    let lost =
      settings.stopDeadlineMilliseconds + Sample.instrument.makerProtectionMilliseconds
      + settings.stopMarginMilliseconds
    #expect(bench.venue.stops.count == 1)
    #expect(bench.milliseconds - filled <= 2 * (lost + 20))
    try bench.expectNoDrift()
  }

  @Test func `a reading that began before an order had settled proves nothing about it`() throws {
    bench.venue.fates = [.requestLost]
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    let deadline = try #require(try bench.orders().first).placement.processBefore
    try bench.pass(milliseconds: 500, upTo: 5000)
    // One reading, begun before the deadline, is answered long after it.
    bench.holdsAnswers = true
    try bench.pass(milliseconds: 500, upTo: 500)
    try bench.pass(milliseconds: 4000)
    #expect(bench.milliseconds > deadline.milliseconds + 2000)
    bench.holdsAnswers = false
    // The next reading begins at once; it must not be what decides here.
    bench.venue.historyUnreadable = true
    try bench.run(.tick)
    #expect(try bench.intents().first?.state == .unknown)
    bench.venue.historyUnreadable = false
    try bench.pass(milliseconds: 500, upTo: 20_000)
    #expect(try bench.intents().first?.state == .notPlaced)
  }
}
