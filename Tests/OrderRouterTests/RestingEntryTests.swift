import Domain
import Ledger
import Testing

@testable import OrderRouter

@Suite("entries that rest")
struct RestingEntryTests {
  let bench: RouterBench

  init() throws {
    var settings = RouterSettings()
    settings.entryOrder = .limit
    bench = try RouterBench(settings)
  }

  private func open() throws {
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 2000)
    #expect(bench.venue.entries.map(\.type) == [.limit(Price(ticks: 1000))])
  }

  @Test func `one that did not fill in time is cancelled and frees its lock`() throws {
    try open()
    try bench.pass(milliseconds: 500, upTo: 20_000)
    #expect(bench.venue.openOrders.count == 1)
    try bench.pass(milliseconds: 500, upTo: 20_000)
    #expect(bench.venue.openOrders.isEmpty)
    #expect(try bench.intents().first?.state == .cancelled)
    #expect(bench.machine.book.locks.isEmpty)
    try bench.expectNoDrift()
  }

  @Test func `one that the market has proved wrong is cancelled at once`() throws {
    try open()
    try bench.mark(899)
    try bench.pass(milliseconds: 500, upTo: 3000)
    #expect(bench.venue.openOrders.isEmpty)
  }

  @Test func `its fill is protected as soon as it is seen`() throws {
    try open()
    bench.venue.trigger(bench.venue.entries[0])
    try bench.pass(milliseconds: 500, upTo: 2000)
    #expect(bench.venue.stops.map(\.quantity.lots) == [10])
    try bench.expectNoDrift()
  }

  @Test func `a fill told by the stream is protected without a reading`() throws {
    try open()
    bench.venue.trigger(bench.venue.entries[0])
    let fill = try #require(bench.venue.fills.last)
    try bench.run(.stream(.fill(fill)))
    #expect(bench.venue.stops.map(\.quantity.lots) == [10])
    try bench.pass(milliseconds: 500, upTo: 3000)
    #expect(bench.machine.book.position(Sample.instrument.id).signedLots == 10)
  }
}
