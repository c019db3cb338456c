import Domain
import Ledger
import Testing

@testable import OrderRouter

@Suite("whose a position is")
struct PositionOwnerTests {
  private let id = Sample.instrument.id
  private let bench: RouterBench

  init() throws {
    var settings = RouterSettings()
    settings.entryOrder = .limit
    bench = try RouterBench(settings)
    try bench.mark(1000)
  }

  /// Its exits were counted anew, and the second had the name of the first: the ledger refused it,
  /// and every life ended at each further attempt.
  @Test func `a position that changes hands and comes back goes on counting its exits`() throws {
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 2000)
    bench.venue.fillPart(bench.venue.entries[0], lots: 4)
    try bench.pass(milliseconds: 500, upTo: 1000)
    _ = try bench.command(.flatten(id, by: "ann", reason: "first"))
    try bench.pass(milliseconds: 500, upTo: 1000)
    #expect(bench.machine.book.position(id).isFlat)
    let known = bench.venue.fills.count
    bench.venue.showsFills = known
    bench.venue.fillPart(bench.venue.entries[0], lots: 3)
    try bench.pass(milliseconds: 500, upTo: 4000)
    bench.venue.showsFills = nil
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.machine.book.position(id).signedLots == 3)
    _ = try bench.command(.flatten(id, by: "ann", reason: "second"))
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.machine.book.position(id).isFlat)
    try bench.expectNoDrift()
  }

  /// The stop of an adopted position closed it, then our entry filled; the entry is heard first.
  @Test(
    arguments: [(12, 4, 12), (12, 10, 4), (10, 10, 10)] as [(Int64, Int64, Int64)], [false, true])
  func `an entry owns what it opened, though the stop that made room is heard behind it`(
    _ sizes: (Int64, Int64, Int64), _ restarts: Bool
  ) throws {
    let (adopted, lots, part) = sizes
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 2000)
    // It is withdrawn where a stranger trades; no word of that arrives.
    bench.venue.cancelFates = Array(repeating: .requestLost, count: 100)
    bench.venue.setForeignPosition(-adopted)
    while bench.venue.stops.isEmpty { try bench.pass(milliseconds: 100) }
    #expect(bench.machine.book.position(id).signedLots == -adopted)
    let entry = bench.venue.entries[0]
    let stop = bench.venue.stops[0]
    for _ in 1..<(adopted / part) { bench.venue.fillPart(stop, lots: part) }
    bench.venue.trigger(stop)
    let closing = bench.venue.fills.suffix(Int(adopted / part))
    bench.venue.fillPart(entry, lots: lots)
    let opening = try #require(bench.venue.fills.last)
    #expect(opening.side == .buy && bench.venue.positions[id] == lots)
    try bench.run(.stream(.fill(opening)))
    if restarts { try bench.restart() }
    for fill in closing { try bench.run(.stream(.fill(fill))) }
    let row = try #require(bench.machine.book.positions[id])
    #expect(row.position.signedLots == lots)
    #expect(bench.machine.book.intents[row.intent]?.entry?.signal.id.text == "a")
    #expect(row.stop == Price(ticks: 900))
    #expect(row.openedLots == lots, "what its take-profits are parts of")
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.venue.openOrders.filter(\.isStop).map(\.unfilled.lots) == [lots])
    #expect(bench.pressed.isEmpty)
    try bench.expectNoDrift()
  }

  /// It would wait for days, with its lock, its place among the open ones and its old stop.
  @Test func `an entry whose position somebody has turned round ends while that position lives`()
    throws
  {
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 2000)
    bench.venue.fillPart(bench.venue.entries[0], lots: 10)
    try bench.pass(milliseconds: 500, upTo: 5000)
    bench.venue.setForeignPosition(-6)
    try bench.pass(milliseconds: 1000, upTo: 90_000)
    #expect(bench.machine.book.position(id).signedLots == -6)
    #expect(bench.machine.book.open.map { $0.entry == nil } == [true])
    #expect(bench.venue.openOrders.map(\.unfilled.lots) == [6])
    try bench.expectNoDrift()
  }
}
