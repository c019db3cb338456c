import Domain
import Ledger
import Testing

@testable import OrderRouter

@Suite("one instrument's failure stops no other")
struct IsolationTests {
  let bench: RouterBench
  private let bad = Sample.instrument.id
  private let good = Sample.second.id

  init() throws { bench = try RouterBench() }

  /// In doubt for good: no source ever tells of its entry.
  @Test func `an entry in doubt locks its own instrument and no other`() throws {
    bench.venue.fates = [.requestLost]
    bench.venue.historyUnreadable = true
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    for round in 0..<3 {
      try bench.pass(milliseconds: 500, upTo: 10_000)
      #expect(try bench.intents().first?.state == .unknown)
      let verdict = try bench.offer(
        Sample.intent("b\(round)", at: bench.milliseconds, on: good))
      if round == 0 {
        guard case .accepted = verdict else {
          Issue.record("the other instrument waits: \(String(describing: verdict))")
          return
        }
      }
    }
    #expect(bench.venue.entries.map(\.instrument) == [good])
    #expect(bench.venue.stops.map(\.instrument) == [good])
    #expect(bench.machine.book.position(good).signedLots == 10)
    try bench.expectNoDrift()
  }

  /// Neither stop nor close of it is taken; that halts entries, and nothing else.
  @Test func `a position that can be neither protected nor closed keeps no other from its stop`()
    throws
  {
    try bench.offer(Sample.intent("g", at: bench.milliseconds, takeProfits: [1200], on: good))
    try bench.pass(milliseconds: 500, upTo: 3000)
    bench.venue.refusedInstruments = [bad]
    bench.venue.refusal = "invalidSize"
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 20_000)
    #expect(bench.machine.tradingState == .halted)
    #expect(bench.venue.openOrders.filter { $0.instrument == good && $0.isStop }.count == 1)
    // The good one goes on: its profit fills, and its stop goes with it.
    let profit = try #require(
      bench.venue.placements.first { if case .takeProfit = $0.type { true } else { false } })
    bench.venue.trigger(profit)
    try bench.pass(milliseconds: 500, upTo: 10_000)
    #expect(bench.machine.book.position(good).isFlat)
    #expect(!bench.venue.openOrders.contains { $0.instrument == good })
    // And the bad one is protected as soon as the venue takes it.
    bench.venue.refusedInstruments = []
    try bench.pass(milliseconds: 500, upTo: 10_000)
    let isClosed = bench.venue.positions[bad, default: 0] == 0
    let stops = bench.venue.openOrders.count { $0.instrument == bad && $0.isStop }
    #expect(isClosed || stops == 1)
    try bench.expectNoDrift()
  }
}
