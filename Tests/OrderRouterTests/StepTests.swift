import Domain
import Ledger
import Testing

@testable import OrderRouter

@Suite("a venue that changes its steps")
struct StepTests {
  let bench: RouterBench
  private let id = Sample.instrument.id

  init() throws {
    bench = try RouterBench()
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.venue.stops.map(\.quantity.lots) == [10])
  }

  /// Ticks and lots become a tenth: what rests and is held is the same, in other numbers.
  private func recount() throws {
    let tick = try #require(ExactDecimal("0.01"))
    let lot = try #require(ExactDecimal("0.00001"))
    bench.venue.instruments = try [Sample.instrument, Sample.second].map { old in
      try #require(
        Instrument(
          id: old.id, tickSize: tick, lotSize: lot,
          maxPosition: old.maxPosition, initialMargin: old.initialMargin,
          makerProtectionMilliseconds: old.makerProtectionMilliseconds, tradeable: true))
    }
    bench.venue.editFirst(ticks: 9000, lots: 100)
    bench.venue.showPosition(100)
  }

  private func expectNothingSent() {
    #expect(bench.venue.amendments.isEmpty)
    #expect(bench.venue.placements.count == 2)
    #expect(bench.venue.openOrders.first?.trigger == Price(ticks: 9000))
    #expect(bench.machine.tradingState == .halted)
    #expect(bench.alerts.contains { $0.contains("steps") })
  }

  @Test(arguments: [false, true])
  func `with something open nothing is touched there, and all entries stop`(
    afterRestart: Bool
  ) throws {
    if afterRestart {
      try recount()
      try bench.restart()
    } else {
      let list = bench.settings.instrumentsMilliseconds
      try bench.pass(milliseconds: 1000, upTo: list - 30_000)
      // The new list is read before anything is shown in its steps.
      bench.milliseconds += 60_000
      try recount()
    }
    try bench.pass(milliseconds: 500, upTo: 90_000)
    expectNothingSent()
    _ = try bench.command(.flatten(nil, by: "ann", reason: "test"))
    try bench.pass(milliseconds: 500, upTo: 10_000)
    expectNothingSent()
  }

  @Test func `once somebody has closed what was there, entries go on in the new steps`() throws {
    try recount()
    try bench.restart()
    try bench.pass(milliseconds: 500, upTo: 5000)
    bench.venue.triggerStopsInVain()
    bench.venue.showPosition(0)
    try bench.pass(milliseconds: 500, upTo: 90_000)
    #expect(bench.machine.book.open.isEmpty && bench.machine.book.position(id).isFlat)
    try bench.run(.latch(LatchView(scopes: [.everything], flattens: false, text: "halted")))
    try bench.run(.latch(.clear))
    try bench.pass(milliseconds: 1000, upTo: bench.settings.instrumentsMilliseconds)
    try bench.offer(Sample.intent("b", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.venue.stops.map(\.quantity.lots) == [10, 10])
    try bench.restart()
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.machine.recounted.isEmpty)
  }
}
