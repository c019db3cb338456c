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
    let changedAt = bench.machine.book.positions[id]?.changedAt
    bench.venue.showsFills = nil
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.machine.book.position(id).signedLots == 6)
    #expect(bench.machine.book.positions[id]?.changedAt == changedAt, "its stop is no older")
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

  /// What came and went long before is no reason why ours should be gone.
  @Test func `a stranger's old round trip does not explain why our position is not shown`() throws {
    let bench = try bench()
    bench.venue.setForeignPosition(7)
    bench.venue.setForeignPosition(0)
    try bench.pass(milliseconds: 5000, upTo: 130_000)
    try bench.offer(Sample.intent("a", at: bench.milliseconds, lots: 7))
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.venue.openOrders.count == 1)
    bench.venue.showPosition(0)
    try bench.pass(milliseconds: 500, upTo: 20_000)
    #expect(bench.machine.book.position(id).signedLots == 7)
    #expect(bench.venue.openOrders.map(\.unfilled.lots) == [7], "its stop rests")
  }

  /// A stranger's lots among ours: the position tells both, and neither fill counts again.
  @Test(arguments: [4, -4] as [Int64])
  func `a fill that came with a stranger's is counted once`(_ shown: Int64) throws {
    let bench = try bench(.limit)
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 2000)
    bench.venue.showsFills = 0
    bench.venue.fillPart(bench.venue.entries[0], lots: 6)
    bench.venue.setForeignPosition(shown)
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.machine.book.position(id).signedLots == shown)
    bench.venue.showsFills = nil
    try bench.pass(milliseconds: 500, upTo: 10_000)
    #expect(bench.machine.book.position(id).signedLots == shown)
    let stops = bench.venue.openOrders.filter(\.isStop)
    #expect(stops.map(\.unfilled.lots) == [4])
    #expect(stops.map(\.side) == [shown > 0 ? .sell : .buy])
    try bench.expectNoDrift()
  }

  @Test func `a stranger's fill that came after his position was taken explains it no more`() throws
  {
    let bench = try bench()
    bench.venue.showsFills = 0
    bench.venue.setForeignPosition(7)
    try bench.pass(milliseconds: 500, upTo: 5000)
    bench.venue.showsFills = nil
    try bench.pass(milliseconds: 500, upTo: 5000)
    bench.venue.trigger(try #require(bench.venue.stops.first))
    bench.venue.showPosition(7)
    try bench.pass(milliseconds: 500, upTo: 10_000)
    #expect(bench.machine.book.position(id).isFlat)
    #expect(bench.venue.stops.count == 1)
  }

  @Test func `a position that a stranger closed is not adopted again from a reading before that`()
    throws
  {
    let bench = try bench()
    bench.venue.setForeignPosition(7)
    try bench.pass(milliseconds: 500, upTo: 5000)
    bench.venue.setForeignPosition(0)
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.machine.book.position(id).isFlat)
    bench.venue.showPosition(7)
    try bench.pass(milliseconds: 500, upTo: 10_000)
    #expect(bench.machine.book.position(id).isFlat)
    bench.venue.showPosition(0)
    try bench.pass(milliseconds: 500, upTo: 10_000)
    #expect(bench.machine.book.frozen.isEmpty)
    try bench.expectNoDrift()
  }

  /// The position was shown before the fill, and once more: it cannot be in there.
  @Test func `a fill between the two looks at a position counts, however late it comes`() throws {
    let bench = try bench()
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 5000)
    bench.venue.setForeignPosition(7)
    while bench.machine.differences.isEmpty { try bench.pass(milliseconds: 100) }
    try bench.pass(milliseconds: 100)
    bench.venue.showsFills = bench.venue.fills.count
    bench.venue.fillPart(try #require(bench.venue.stops.first), lots: 7)
    bench.venue.showPosition(7)
    try bench.pass(milliseconds: 100, upTo: 1500)
    #expect(bench.machine.book.position(id).signedLots == 7)
    bench.venue.showsFills = nil
    bench.venue.showPosition(0)
    try bench.pass(milliseconds: 100, upTo: 3000)
    #expect(bench.machine.book.position(id).isFlat)
    try bench.expectNoDrift()
  }

  /// What somebody bought and sold a moment ago must not make our own fill look like old news.
  @Test func `a fill that only the open order shows is protected beside others' trades`() throws {
    let bench = try bench(.limit)
    try bench.pass(milliseconds: 500, upTo: 3000)
    bench.venue.setForeignPosition(6)
    bench.venue.setForeignPosition(0)
    try bench.pass(milliseconds: 500, upTo: 10_000)
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 2000)
    bench.venue.showsFills = bench.venue.fills.count
    bench.venue.fillPart(bench.venue.entries[0], lots: 6)
    try bench.pass(milliseconds: 500, upTo: 4500)
    #expect(bench.venue.stops.map(\.quantity.lots) == [6])
  }

  /// Both looks were of the time before.
  @Test func `a stranger's close between two looks at his position explains that it is gone`()
    throws
  {
    let bench = try bench()
    bench.venue.showsFills = 0
    bench.venue.setForeignPosition(7)
    while bench.machine.differences.isEmpty { try bench.pass(milliseconds: 100) }
    try bench.pass(milliseconds: 100)
    bench.venue.setForeignPosition(0)
    bench.venue.showPosition(7)
    try bench.pass(milliseconds: 100, upTo: 3000)
    #expect(bench.machine.book.position(id).signedLots == 7)
    bench.venue.showsFills = nil
    bench.venue.showPosition(0)
    try bench.pass(milliseconds: 100, upTo: 4000)
    #expect(bench.machine.book.position(id).isFlat)
    try bench.expectNoDrift()
  }

  /// The reading of a new life has all of the past before it.
  @Test func `what was settled in one life explains nothing in the next`() throws {
    let bench = try bench()
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 5000)
    bench.venue.setForeignPosition(14)
    try bench.pass(milliseconds: 10)
    bench.venue.setForeignPosition(10)
    try bench.pass(milliseconds: 5000, upTo: 300_000)
    bench.venue.showPosition(6)
    try bench.restart()
    try bench.pass(milliseconds: 500, upTo: 20_000)
    #expect(bench.machine.book.position(id).signedLots == 10)
    #expect(bench.venue.openOrders.map(\.unfilled.lots) == [10])
    try bench.expectNoDrift()
  }

  @Test func `a position that is not ours yet settles nothing for the next life`() throws {
    let bench = try RouterBench()
    let second = Sample.second.id
    try bench.offer(Sample.intent("a", at: bench.milliseconds, on: second))
    try bench.pass(milliseconds: 500, upTo: 5000)
    let settled = try #require(bench.machine.lastAgreement)
    bench.venue.setForeignPosition(7)
    try bench.pass(milliseconds: 1000, upTo: 200_000)
    #expect(bench.machine.book.position(id).isFlat, "there is no mark price for its stop")
    #expect(bench.machine.lastAgreement == settled)
    try bench.mark(1000)
    try bench.pass(milliseconds: 1000, upTo: 5000)
    #expect(bench.machine.lastAgreement.map { $0 > settled } == true)
  }

  /// The page of newest fills ended between two of them that belong together (seed 963068).
  @Test func `a stranger's position in a flood of his trades is not taken for an old reading`()
    throws
  {
    let bench = try bench()
    bench.venue.setForeignPosition(7)
    while bench.machine.differences.isEmpty { try bench.pass(milliseconds: 500) }
    bench.venue.addForeignFills(150, on: id, sides: [.buy, .sell], from: bench.now.wall)
    bench.venue.unreadable = true
    try bench.pass(milliseconds: 500, upTo: 6000)
    bench.venue.unreadable = false
    bench.venue.addForeignFills(1, from: bench.now.wall)
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.machine.book.position(id).signedLots == 7)
    #expect(bench.venue.openOrders.map(\.unfilled.lots) == [7])
  }
}
