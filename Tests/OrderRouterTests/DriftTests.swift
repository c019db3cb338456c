import Domain
import Ledger
import Testing

@testable import OrderRouter

@Suite("a venue that shows something else than the ledger")
struct DriftTests {
  let bench: RouterBench

  init() throws {
    bench = try RouterBench()
    try bench.mark(1000)
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 3000)
    #expect(bench.venue.openOrders.map(\.trigger) == [Price(ticks: 900)])
  }

  /// A stop in doubt hid the difference in every other reading (seed 701134).
  @Test func `a position that is gone is seen while each stop for it triggers in vain`() throws {
    bench.venue.setForeignPosition(0)
    for _ in 0..<30 where !bench.machine.book.position(Sample.instrument.id).isFlat {
      bench.venue.triggerStopsInVain()
      try bench.pass(milliseconds: 100)
    }
    #expect(bench.machine.book.position(Sample.instrument.id).isFlat)
    #expect(bench.venue.stops.count < 5, "\(bench.venue.stops.count) stops")
    #expect(bench.venue.openOrders.isEmpty)
    try bench.expectNoDrift()
  }

  @Test func `a stop that somebody moved is put right`() throws {
    bench.venue.editFirst(ticks: 850)
    try bench.pass(milliseconds: 500, upTo: 2000)
    #expect(bench.venue.openOrders.map(\.trigger) == [Price(ticks: 900)])
    #expect(bench.venue.amendments.count == 1)
    #expect(bench.alerts.contains { $0.contains("rests otherwise") })
    try bench.expectNoDrift()
  }

  @Test func `a stop that the venue does not let be put right is not fought over for ever`() throws
  {
    bench.venue.editFirst(ticks: 850)
    bench.venue.amendFates = Array(repeating: .refused("tooSmall"), count: 100)
    try bench.pass(milliseconds: 500, upTo: 60_000)
    #expect(bench.venue.amendments.count == 3)
    // Once it rests as it should, the next time counts anew.
    bench.venue.amendFates = []
    bench.venue.editFirst(ticks: 900)
    try bench.pass(milliseconds: 500, upTo: 2000)
    bench.venue.editFirst(ticks: 850)
    try bench.pass(milliseconds: 500, upTo: 2000)
    #expect(bench.venue.amendments.count == 4)
    #expect(bench.venue.openOrders.map(\.trigger) == [Price(ticks: 900)])
  }

  @Test func `positions that are behind our newest fills are not adopted`() throws {
    let stop = try #require(bench.venue.stops.first)
    bench.venue.trigger(stop)
    bench.venue.showPosition(10)
    try bench.pass(milliseconds: 500, upTo: 20_000)
    #expect(bench.machine.book.position(Sample.instrument.id).isFlat)
    #expect(bench.venue.stops.count == 1 && bench.venue.openOrders.isEmpty)
    bench.venue.showPosition(0)
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.machine.book.frozen.isEmpty)
    try bench.expectNoDrift()
  }

  @Test func `what still stands after the time for contradictions is taken over all the same`()
    throws
  {
    let stop = try #require(bench.venue.stops.first)
    bench.venue.trigger(stop)
    bench.venue.showPosition(10)
    for _ in 0..<20 {
      try bench.mark(1000)
      try bench.pass(milliseconds: 500, upTo: 5000)
    }
    #expect(bench.machine.book.frozen[Sample.instrument.id] != nil)
    #expect(bench.venue.openOrders.map(\.unfilled.lots) == [10])
  }

  @Test func `a close that is refused because the venue holds less goes out for what it holds`()
    throws
  {
    bench.venue.addsReduceOnly = true
    bench.venue.showPosition(6)
    _ = try bench.command(.flatten(nil, by: "ann", reason: "test"))
    try bench.pass(milliseconds: 500, upTo: 10_000)
    let closes = bench.venue.placements.filter { $0.type == .market && $0.reduceOnly }
    #expect(closes.map(\.quantity.lots) == [6])
    #expect(bench.machine.tradingState != .halted)
  }

  /// A reading that is behind, or a venue that nobody understands (seeds 616082 and 617284).
  @Test func `a venue that refuses to reduce what it shows is asked for a minute before all halts`()
    throws
  {
    bench.venue.refusedInstruments = [Sample.instrument.id]
    bench.venue.refusal = "wouldNotReducePosition"
    _ = try bench.command(.flatten(nil, by: "ann", reason: "test"))
    let before = bench.venue.placements.count
    try bench.pass(milliseconds: 250, upTo: 30_000)
    #expect(bench.machine.tradingState != .halted)
    #expect(bench.venue.placements.count - before < 25, "tried once in two seconds at most")
    try bench.pass(milliseconds: 250, upTo: 60_000)
    #expect(bench.machine.tradingState == .halted)
    #expect(bench.pressed.first?.contains("cannot be closed") == true)
    bench.venue.refusedInstruments = []
    try bench.pass(milliseconds: 250, upTo: 10_000)
    #expect(bench.machine.book.position(Sample.instrument.id).isFlat)
    try bench.expectNoDrift()
  }

  /// What had been refused before, for another reason, counted as a contradiction (seed 801288).
  @Test func `refusals of more than the venue holds by now contradict nothing`() throws {
    bench.venue.fates = Array(repeating: .refused("wouldNotReducePosition"), count: 2)
    _ = try bench.command(.flatten(nil, by: "ann", reason: "test"))
    for _ in 0..<20 where !bench.venue.fates.isEmpty { try bench.pass(milliseconds: 250) }
    bench.venue.unreadable = true
    try bench.pass(milliseconds: 500, upTo: 65_000)
    #expect(bench.venue.fates.isEmpty && !bench.venue.placements.contains { $0.type == .market })
    bench.venue.unreadable = false
    bench.venue.addsReduceOnly = true
    bench.venue.showPosition(6)
    try bench.restart()
    try bench.pass(milliseconds: 500, upTo: 10_000)
    #expect(bench.machine.tradingState != .halted)
    let closes = bench.venue.placements.filter { $0.type == .market && $0.reduceOnly }
    #expect(closes.map(\.quantity.lots) == [6])
  }

  @Test func `a suspended market halts nothing and is asked ever more seldom`() throws {
    bench.venue.fates = Array(repeating: .refused("marketSuspended"), count: 8)
    _ = try bench.command(.flatten(nil, by: "ann", reason: "weekend"))
    try bench.pass(milliseconds: 500, upTo: 90_000)
    #expect(bench.machine.tradingState != .halted)
    #expect(bench.venue.fates.count > 0, "closes are paced: fewer than eight in ninety seconds")
    bench.venue.fates = []
    try bench.pass(milliseconds: 500, upTo: 90_000)
    #expect(bench.machine.book.position(Sample.instrument.id).isFlat)
    try bench.expectNoDrift()
  }
}
