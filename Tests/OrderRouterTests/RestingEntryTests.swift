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

  @Test func `one does not rest longer because the wall clock was set back`() throws {
    try open()
    bench.wallJump = -60_000
    try bench.pass(milliseconds: 500, upTo: 3000)
    #expect(bench.venue.openOrders.isEmpty)
    #expect(try bench.intents().first?.state == .cancelled)
    #expect(bench.machine.book.locks.isEmpty)
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

  @Test func `one that rests no more, with no end in the history, is never taken as cancelled`()
    throws
  {
    try open()
    var entry = try #require(try bench.orders().first { $0.role == .entry })
    entry.status = .unknown
    let later = WallTime(milliseconds: bench.milliseconds + 60_000)
    func resolved(heldAfter: Int64) -> OrderResolution {
      OrderResolution.resolve(
        entry,
        OrderResolution.Evidence(
          history: [], begun: later, settledAt: WallTime(milliseconds: bench.milliseconds),
          heldAt: later.advanced(byMilliseconds: heldAfter)))
    }
    #expect(entry.venueOrderID != nil)
    #expect(resolved(heldAfter: 1) == .stays)
    #expect(resolved(heldAfter: -1) == .held(why: "venue shows no end of it: 0 history events"))
  }

  /// Its end was older than the last reading that showed it, and nobody asked so far back (seed
  /// 821587).
  @Test func `one whose end a reading that was behind has hidden is found in the history`() throws {
    try open()
    bench.venue.endUnseen(bench.venue.entries[0])
    try bench.pass(milliseconds: 500, upTo: 20_000)
    #expect(bench.machine.book.liveOrders.count == 1)
    bench.venue.lingering = []
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(try bench.intents().first?.state == .cancelled)
    #expect(bench.machine.book.locks.isEmpty)
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
