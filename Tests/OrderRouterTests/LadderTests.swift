import Domain
import Ledger
import Testing

@testable import OrderRouter

@Suite("the take-profit ladder and the moving stop")
struct LadderTests {
  let bench: RouterBench

  init() throws { bench = try RouterBench(Self.settings) }

  private static var settings: RouterSettings {
    var settings = RouterSettings()
    settings.breakEvenAfterRungs = 1
    settings.trailingPermille = 50
    return settings
  }

  private func open(_ profits: [Int64], lots: Int64 = 100) throws {
    try bench.offer(
      Sample.intent("a", at: bench.milliseconds, lots: lots, takeProfits: profits))
    try bench.pass(milliseconds: 500, upTo: 5000)
  }

  private var profits: [OrderPlacement] {
    bench.venue.placements.filter { placement in
      if case .takeProfit = placement.type { true } else { false }
    }
  }

  @Test func `three prices share the position, the last takes what is left`() throws {
    try open([1100, 1200, 1300])
    #expect(profits.map(\.quantity.lots) == [35, 35, 30])
    #expect(bench.venue.stops.map(\.quantity.lots) == [100])
  }

  @Test func `a position too small to share has its lots in the rungs that get any`() throws {
    try open([1100, 1200, 1300], lots: 1)
    #expect(profits.map(\.quantity.lots) == [1])
    #expect(profits.map(\.type) == [.takeProfit(trigger: Price(ticks: 1300))])
  }

  /// Its price has passed, say: whatever the word, the others are placed, the stop stays whole,
  /// and the refused rung is tried again by itself, a bounded number of times.
  @Test(arguments: [1, 2, 3])
  func `a rung that the venue refuses stops no other`(refused: Int) throws {
    bench.venue.refusedTriggers = [Price(ticks: 1000 + Int64(refused) * 100)]
    try open([1100, 1200, 1300])
    try bench.pass(milliseconds: 500, upTo: 30_000)
    let shares: [Int64] = [35, 35, 30]
    let expected = (1...3).filter { $0 != refused }.map { shares[$0 - 1] }
    #expect(profits.map(\.quantity.lots) == expected)
    #expect(bench.venue.stops.map(\.quantity.lots) == [100])
    #expect(bench.venue.openOrders.count == 3, "the stop and two rungs")
    let tries = try bench.orders().filter { $0.role == .takeProfit && $0.rung == refused }
    #expect(tries.count > 1 && tries.allSatisfy { $0.status == .rejected })
    #expect(tries.count <= 8)
    #expect(bench.machine.tradingState == .active)
    try bench.expectNoDrift()
  }

  @Test func `a filled rung shrinks the stop and moves it to break-even`() throws {
    try open([1100, 1200, 1300])
    try bench.mark(1100)
    bench.venue.trigger(profits[0])
    for _ in 0..<6 {
      try bench.mark(1100)
      try bench.pass(milliseconds: 500)
    }
    let resting = bench.venue.openOrders.filter(\.isStop)
    let stop = try #require(resting.first)
    #expect(stop.unfilled.lots == 65)
    // 1100 less 5 % is better than the entry at 1000.
    #expect(stop.trigger == Price(ticks: 1045))
    try bench.expectNoDrift()
  }

  @Test func `the stop never moves back`() throws {
    try open([1100, 1200, 1300])
    bench.venue.trigger(profits[0])
    for mark in [1150, 1150, 1150, 1120, 1110, 1105, 1105] as [Int64] {
      try bench.mark(mark)
      try bench.pass(milliseconds: 500)
    }
    let moves = bench.venue.amendments.compactMap(\.trigger)
    #expect(moves == moves.sorted())
    #expect(moves.last == Price(ticks: 1093))
  }

  @Test func `where the venue adds up, a rung waits here and leaves when its price has come`()
    throws
  {
    bench.venue.addsReduceOnly = true
    try open([1100, 1200])
    #expect(bench.venue.openOrders.map(\.unfilled.lots) == [100])
    for _ in 0..<8 {
      try bench.mark(1101)
      try bench.pass(milliseconds: 500)
    }
    #expect(bench.venue.positions[Sample.instrument.id] == 50)
    #expect(bench.venue.openOrders.map(\.unfilled.lots) == [50])
    #expect(bench.machine.book.position(Sample.instrument.id).signedLots == 50)
    try bench.expectNoDrift()
  }

  @Test func `the close of the last rung does not bring back the stop that just moved`() throws {
    bench.venue.addsReduceOnly = true
    try open([1100, 1200])
    for _ in 0..<8 {
      try bench.mark(1101)
      try bench.pass(milliseconds: 500)
    }
    #expect(bench.machine.book.positions[Sample.instrument.id]?.stop == Price(ticks: 1046))
    bench.holdsAnswers = true
    try bench.mark(1200)
    #expect(bench.machine.book.exit(on: Sample.instrument.id) != nil)
    #expect(bench.machine.book.positions[Sample.instrument.id]?.stop == Price(ticks: 1140))
  }

  @Test func `stops and take-profits, counted apart, never exceed the position`() throws {
    try open([1100, 1200, 1300])
    for rung in profits { bench.venue.trigger(rung) }
    for _ in 0..<6 {
      try bench.pass(milliseconds: 500)
      let position = abs(bench.venue.positions[Sample.instrument.id, default: 0])
      let stops = bench.venue.openOrders.filter(\.isStop).reduce(0) { $0 + $1.unfilled.lots }
      #expect(position == 0 || stops <= position)
    }
    #expect(bench.venue.openOrders.isEmpty)
  }
}
