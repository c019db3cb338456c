import Domain
import Ledger
import Testing

@testable import OrderRouter

/// What the simulator found about protection when the position changes under it.
@Suite("protection when the position changes under it")
struct CrowdedProtectionTests {
  let bench: RouterBench

  init() throws { bench = try RouterBench() }

  private var openStops: [OpenOrder] { bench.venue.openOrders.filter(\.isStop) }

  @Test func `a stop that is refused for want of room is given the room of the take-profits`()
    throws
  {
    try bench.mark(1000)
    try bench.offer(Sample.intent("a", at: bench.milliseconds, takeProfit: 1200))
    try bench.pass(milliseconds: 500, upTo: 3000)
    #expect(bench.venue.openOrders.count == 2)
    bench.venue.amendFates = [.refused("wouldNotReducePosition")]
    bench.venue.setForeignPosition(15)
    try bench.pass(milliseconds: 500, upTo: 8000)
    #expect(openStops.map(\.unfilled.lots) == [15])
    let profit = try bench.orders().first { $0.role == .takeProfit }
    #expect(profit?.status == .cancelled)
    try bench.expectNoDrift()
  }

  @Test func `a position that turns round gets a stop of its own and loses the old one`() throws {
    try bench.mark(1000)
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 3000)
    #expect(openStops.map(\.side) == [.sell])
    bench.venue.setForeignPosition(-5)
    try bench.pass(milliseconds: 500, upTo: 8000)
    #expect(openStops.map(\.side) == [.buy])
    #expect(openStops.map(\.unfilled.lots) == [5])
    try bench.expectNoDrift()
  }

  @Test func `lots that vanish without a fill do not take the stop with them at once`() throws {
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 3000)
    bench.venue.showPosition(0)
    try bench.pass(milliseconds: 500, upTo: 30_000)
    #expect(openStops.map(\.unfilled.lots) == [10])
    bench.venue.showPosition(10)
    try bench.pass(milliseconds: 500, upTo: 3000)
    bench.venue.showPosition(0)
    try bench.pass(milliseconds: 500, upTo: 70_000)
    #expect(openStops.isEmpty)
    try bench.expectNoDrift()
  }

  @Test func `a trigger that rests no more, and of which nothing filled, was cancelled`() throws {
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 3000)
    var stop = try #require(try bench.orders().first { $0.role == .stop })
    stop.status = .unknown
    let later = WallTime(milliseconds: bench.milliseconds + 60_000)
    func resolved(agree: Bool) -> OrderResolution {
      OrderResolution.resolve(
        stop,
        OrderResolution.Evidence(
          history: [], positionsAgree: agree, begun: later,
          settledAt: WallTime(milliseconds: bench.milliseconds),
          heldAt: later.advanced(byMilliseconds: 1)))
    }
    #expect(resolved(agree: true) == .cancelled(text: "rests no more, filled 0 lots"))
    #expect(resolved(agree: false) == .stays)
  }
}

@Suite("a resting entry on an instrument that is frozen")
struct FrozenEntryTests {
  @Test func `it is taken away before it can turn the foreign position round`() throws {
    var settings = RouterSettings()
    settings.entryOrder = .limit
    let bench = try RouterBench(settings)
    try bench.mark(1000)
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 2000)
    #expect(bench.venue.openOrders.count == 1)
    bench.venue.setForeignPosition(5)
    try bench.pass(milliseconds: 500, upTo: 6000)
    #expect(bench.venue.openOrders.filter { !$0.reduceOnly }.isEmpty)
    try bench.expectNoDrift()
  }
}
