import Domain
import Ledger
import Testing

@testable import OrderRouter

@Suite("a position that no order of ours explains")
struct AdoptionTests {
  let bench: RouterBench
  private let id = Sample.instrument.id

  init() throws {
    bench = try RouterBench()
    try bench.mark(1000)
  }

  @Test func `it is adopted after two readings that agree, and gets a stop of ours`() throws {
    bench.venue.setForeignPosition(7)
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.venue.stops.map(\.quantity.lots) == [7])
    #expect(bench.venue.stops.first?.type == .stop(trigger: Price(ticks: 980)))
    #expect(bench.venue.stops.first?.side == .sell)
    #expect(bench.machine.book.frozen[id] != nil)
    #expect(bench.alerts.contains { $0.contains("agree on 7 lots") })
    try bench.expectNoDrift()
  }

  @Test func `a difference seen once is no judgement`() throws {
    try bench.pass(milliseconds: 500, upTo: 2000)
    bench.venue.setForeignPosition(7)
    try bench.pass(milliseconds: 2000)
    bench.venue.setForeignPosition(0)
    try bench.pass(milliseconds: 500, upTo: 10_000)
    #expect(bench.venue.stops.isEmpty)
    #expect(bench.machine.book.open.isEmpty)
    #expect(bench.machine.differences.isEmpty, "nor half of the next one")
  }

  /// A reading in between, for whatever reason, must not put the second look off.
  @Test func `the second look is a second after the first, whatever is read between`() throws {
    try bench.pass(milliseconds: 500, upTo: 5000)
    bench.venue.setForeignPosition(7)
    while bench.machine.differences.isEmpty { try bench.pass(milliseconds: 100) }
    let seen = bench.milliseconds
    try bench.pass(milliseconds: 400)
    _ = try bench.command(.reconcile)
    while bench.venue.stops.isEmpty, bench.milliseconds < seen + 10_000 {
      try bench.pass(milliseconds: 100)
    }
    #expect(bench.milliseconds <= seen + 1100)
  }

  @Test func `lots that somebody else's stop covers get none of ours`() throws {
    bench.venue.setForeignPosition(7)
    bench.venue.addForeignStop(5)
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.venue.stops.map(\.quantity.lots) == [2])
  }

  @Test func `a stop of somebody else that would not close it covers nothing`() throws {
    bench.venue.setForeignPosition(-7)
    bench.venue.addForeignStop(7)
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.venue.stops.map(\.quantity.lots) == [7])
    #expect(bench.venue.stops.first?.side == .buy)
  }

  @Test func `without a mark price it waits, and says so`() throws {
    let blind = try RouterBench()
    blind.venue.setForeignPosition(7)
    try blind.pass(milliseconds: 500, upTo: 5000)
    #expect(blind.venue.stops.isEmpty)
    #expect(blind.alerts.contains { $0.contains("no mark price") })
    try blind.mark(1000)
    try blind.pass(milliseconds: 500, upTo: 5000)
    #expect(blind.venue.stops.count == 1)
  }

  /// Market data may be dead for hours: its last price says nothing of where a stop belongs.
  @Test func `with an old mark price it asks the venue for the price`() throws {
    try bench.pass(milliseconds: 10_000, upTo: 70_000)
    bench.venue.tickers = [bench.ticker(2000)]
    bench.venue.setForeignPosition(7)
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.venue.stops.first?.type == .stop(trigger: Price(ticks: 1960)))
    try bench.expectNoDrift()
  }

  @Test func `with an old mark price and no answer it waits, and says so`() throws {
    try bench.pass(milliseconds: 10_000, upTo: 70_000)
    bench.venue.setForeignPosition(7)
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.venue.stops.isEmpty)
    #expect(bench.alerts.contains { $0.contains("no mark price") })
  }

  @Test func `an adopted position that is gone takes its stop with it and lets entries in again`()
    throws
  {
    bench.venue.setForeignPosition(7)
    try bench.pass(milliseconds: 500, upTo: 5000)
    bench.venue.setForeignPosition(0)
    try bench.pass(milliseconds: 500, upTo: 15_000)
    #expect(bench.venue.openOrders.isEmpty)
    #expect(bench.machine.book.frozen.isEmpty)
    #expect(bench.machine.book.open.isEmpty)
    guard case .accepted = try bench.offer(Sample.intent("a", at: bench.milliseconds)) else {
      Issue.record("not accepted after the thaw")
      return
    }
    try bench.expectNoDrift()
  }

  @Test func `our own position enlarged by a stranger is covered whole`() throws {
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 5000)
    bench.venue.setForeignPosition(15)
    try bench.pass(milliseconds: 500, upTo: 10_000)
    #expect(bench.venue.openOrders.map(\.unfilled.lots) == [15])
    #expect(bench.machine.book.frozen[id] != nil)
    try bench.expectNoDrift()
  }

  @Test func `our own position closed by a stranger ends with its stop cancelled`() throws {
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 5000)
    bench.venue.setForeignPosition(0)
    try bench.pass(milliseconds: 500, upTo: 15_000)
    #expect(bench.venue.openOrders.isEmpty)
    #expect(bench.machine.book.open.isEmpty)
    try bench.expectNoDrift()
  }

  @Test func `a trade of somebody else that one reading showed is not forgotten by the next`()
    throws
  {
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 5000)
    bench.venue.setForeignPosition(6)
    try bench.pass(milliseconds: 500)
    // The page of newest fills is full of others', and has no reason to lead further back.
    let since = bench.now.wall.advanced(byMilliseconds: -400)
    bench.venue.addForeignFills(150, from: since)
    try bench.pass(milliseconds: 500, upTo: 3000)
    #expect(bench.machine.book.position(id).signedLots == 6)
    #expect(bench.venue.openOrders.map(\.unfilled.lots) == [6])
    try bench.expectNoDrift()
  }

  @Test func `entries are let in again by the reading that shows an adopted position gone`()
    throws
  {
    bench.venue.setForeignPosition(7)
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.machine.book.frozen[id] != nil)
    bench.venue.setForeignPosition(0)
    for _ in 0..<20 where !bench.machine.book.position(id).isFlat {
      try bench.pass(milliseconds: 500)
    }
    #expect(bench.machine.book.position(id).isFlat)
    #expect(bench.machine.book.frozen.isEmpty)
    try bench.expectNoDrift()
  }

  @Test func `nobody else's order is ever touched`() throws {
    bench.venue.addForeignStop(5)
    bench.venue.setForeignPosition(5)
    try bench.pass(milliseconds: 500, upTo: 10_000)
    #expect(bench.venue.openOrders.contains { $0.venueOrderID.text == "foreign-stop" })
    let writes = bench.venue.requests.filter { !$0.onlyReads }
    #expect(writes.isEmpty)
  }
}
