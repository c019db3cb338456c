import Domain
import Ledger
import Testing

@testable import OrderRouter

/// Readings whose parts are of different moments: a position without its fill, a fill with the
/// position before it.
@Suite("a position and its fills come at different times")
struct LateNewsTests {
  private let id = Sample.instrument.id

  private func bench(
    _ entryOrder: RouterSettings.EntryOrder = .immediateOrCancel
  ) throws -> RouterBench {
    var settings = RouterSettings()
    settings.entryOrder = entryOrder
    let bench = try RouterBench(settings)
    try bench.mark(1000)
    return bench
  }

  /// A stranger's position of 7 lots, adopted, whose stop of ours fills; readings show it on.
  private func closeAdopted(_ bench: RouterBench) throws {
    bench.venue.setForeignPosition(7)
    try bench.pass(milliseconds: 500, upTo: 5000)
    let stop = try #require(bench.venue.stops.first)
    bench.venue.trigger(stop)
    bench.venue.showPosition(7)
  }

  /// His fill had explained it once, and explained it again (seeds 883718, 893029).
  @Test(arguments: [false, true])
  func `an adopted position that our stop closed is not adopted again`(_ restarts: Bool) throws {
    let bench = try bench()
    try closeAdopted(bench)
    if restarts { try bench.restart() }
    try bench.mark(1000)
    try bench.pass(milliseconds: 500, upTo: 10_000)
    #expect(bench.machine.book.position(id).isFlat)
    #expect(bench.venue.stops.count == 1)
    bench.venue.showPosition(0)
    try bench.pass(milliseconds: 500, upTo: 10_000)
    #expect(bench.machine.book.open.isEmpty && bench.machine.book.frozen.isEmpty)
    try bench.expectNoDrift()
  }

  @Test func `a stranger who trades again is adopted again, without a long wait`() throws {
    let bench = try bench()
    try closeAdopted(bench)
    try bench.pass(milliseconds: 500, upTo: 5000)
    bench.venue.showPosition(0)
    bench.venue.setForeignPosition(7)
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.machine.book.position(id).signedLots == 7)
    #expect(bench.venue.openOrders.map(\.unfilled.lots) == [7])
    try bench.expectNoDrift()
  }

  /// An entry of 10 lots rests, and fills; readings show the position, and the fill much later.
  private func fillUnseen(_ bench: RouterBench) throws {
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 2000)
    bench.venue.showsFills = 0
    bench.venue.fillPart(bench.venue.entries[0], lots: 6)
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.machine.book.position(id).signedLots == 6)
    #expect(bench.venue.stops.map(\.quantity.lots) == [6], "whosever they are")
    #expect(bench.machine.book.liveOrders.contains { $0.role == .entry }, "it waits for its fills")
  }

  /// It was counted twice, and the stop was over lots that were not there (seed 888134).
  @Test(arguments: [false, true])
  func `a fill that the position had told before is counted once`(_ restarts: Bool) throws {
    let bench = try bench(.limit)
    try fillUnseen(bench)
    if restarts { try bench.restart() }
    bench.venue.showsFills = nil
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.machine.book.position(id).signedLots == 6)
    #expect(bench.venue.openOrders.filter(\.isStop).map(\.unfilled.lots) == [6])
    #expect(bench.venue.openOrders.filter(\.isStop).map(\.trigger) == [Price(ticks: 900)])
    let row = try #require(bench.machine.book.positions[id])
    #expect(row.entryPrice == Price(ticks: 1000), "and it is the entry's position now")
    try bench.expectNoDrift()
  }

  @Test func `a fill that came after it was taken counts`() throws {
    let bench = try bench(.limit)
    try fillUnseen(bench)
    bench.venue.showsFills = nil
    try bench.pass(milliseconds: 500, upTo: 1000)
    let stop = try #require(bench.venue.stops.first)
    bench.venue.trigger(stop)
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.machine.book.position(id).isFlat)
    try bench.expectNoDrift()
  }
}
