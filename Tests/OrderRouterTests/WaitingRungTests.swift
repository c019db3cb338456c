import Domain
import Ledger
import Testing

@testable import OrderRouter

/// Where the venue adds reduce-only orders up, the stop gives lots up for a rung that leaves from
/// here: never for one that cannot leave.
@Suite("a take-profit that waits here")
struct WaitingRungTests {
  let bench: RouterBench

  init() throws {
    bench = try RouterBench()
    bench.venue.addsReduceOnly = true
    try bench.offer(
      Sample.intent("a", at: bench.milliseconds, lots: 100, takeProfits: [1100, 1200]))
    try bench.pass(milliseconds: 500, upTo: 5000)
    try #require(covered == 100)
  }

  private var covered: Int64 {
    bench.venue.openOrders.filter(\.isStop).reduce(0) { $0 + $1.unfilled.lots }
  }

  private var position: Int64 { bench.venue.positions[Sample.instrument.id, default: 0] }

  private let everything = LatchView(scopes: [.everything], flattens: false, text: "ann: test")

  /// Time passes with the mark there; the most milliseconds in a row that the stop was too small.
  private func wait(at mark: Int64, _ milliseconds: Int64) throws -> Int64 {
    var (short, most): (Int64, Int64) = (0, 0)
    for _ in 0..<(milliseconds / 250) {
      try bench.mark(mark)
      try bench.pass(milliseconds: 250)
      short = covered < position ? short + 250 : 0
      most = max(most, short)
    }
    return most
  }

  /// Until the stop has given up the rung's lots and nothing has left for them.
  private func makeRoom() throws {
    for _ in 0..<40 where covered == 100 {
      try bench.mark(1101)
      try bench.pass(milliseconds: 50)
    }
    try #require(covered == 50 && position == 100)
  }

  @Test func `a latch gives the stop its lots back, and cleared lets the rung leave`() throws {
    try makeRoom()
    try bench.run(.latch(everything))
    #expect(try wait(at: 1101, 20_000) <= 5000)
    #expect(covered == 100 && position == 100)
    #expect(bench.machine.latchPending.isEmpty)
    try bench.run(.latch(.clear))
    #expect(try wait(at: 1101, 10_000) <= 5000)
    #expect(covered == 50 && position == 50)
    try bench.expectNoDrift()
  }

  @Test func `under a latch the stop gives nothing up`() throws {
    try bench.run(.latch(everything))
    #expect(try wait(at: 1101, 10_000) == 0)
    #expect(bench.venue.amendments.isEmpty)
  }

  @Test func `beside a close that the venue refuses the stop stays whole`() throws {
    try makeRoom()
    bench.venue.refusedInstruments = [Sample.instrument.id]
    let exit = ExitProposal(
      id: SignalID(unchecked: "x"), strategy: Sample.intent("a", at: 0).signal.strategy,
      instrument: Sample.instrument.id, signal: SignalID(unchecked: "a"),
      reason: ExitWord(unchecked: "TEST"), decidedAt: MarketTime(milliseconds: 0),
      validUntil: WallTime(milliseconds: bench.milliseconds + 10_000))
    try bench.run(.offerExit(900, exit))
    #expect(try wait(at: 1101, 20_000) <= 5000)
    #expect(covered == 100 && position == 100)
    #expect(bench.machine.book.exit(on: Sample.instrument.id) != nil)
  }

  /// The market is too thin: nothing executes within the limit.
  @Test func `a rung that finds nobody is tried again under a whole stop`() throws {
    bench.venue.fillLimit = 0
    #expect(try wait(at: 1101, 60_000) <= 5000)
    // Lots that the stop was given, and 0 for each try.
    let story = bench.venue.requests.compactMap { request -> Int64? in
      switch request {
      case .amend(let amendment): amendment.quantity.lots
      case .place(let placement):
        if case .immediateOrCancel = placement.type, placement.reduceOnly { 0 } else { nil }
      default: nil
      }
    }
    let tries = story.count { $0 == 0 }
    #expect(tries > 1 && tries <= 8)
    #expect(story == Array(repeating: [50, 0, 100], count: tries).flatMap { $0 })
    #expect(covered == 100 && position == 100)
    try bench.expectNoDrift()
  }
}
