import Domain
import Ledger
import Testing

@testable import OrderRouter

@Suite("closing a position")
struct ExitTests {
  let bench: RouterBench

  init() throws { bench = try RouterBench() }

  private func open(_ name: String = "a") throws {
    try bench.offer(Sample.intent(name, at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.machine.book.position(Sample.instrument.id).signedLots == 10)
  }

  private func flatten() throws -> CommandAnswer? {
    try bench.command(.flatten(nil, by: "ann", reason: "test"))
  }

  @Test func `flatten closes at market, reduce-only, and takes the stop away afterwards`() throws {
    try open()
    #expect(try flatten() == .done("closing PF_XBTUSD 10 lots"))
    try bench.pass(milliseconds: 500, upTo: 5000)
    let close = try #require(bench.venue.placements.last)
    #expect(close.type == .market && close.reduceOnly && close.side == .sell)
    #expect(bench.venue.positions[Sample.instrument.id] == 0)
    #expect(bench.venue.openOrders.isEmpty)
    #expect(bench.machine.book.open.isEmpty)
    let exit = try #require(try bench.intents().last)
    #expect(exit.intent.kind == .exit && exit.state == .filled)
    try bench.expectNoDrift()
  }

  @Test func `a second flatten while one is under way closes nothing twice`() throws {
    try open()
    bench.holdsAnswers = true
    _ = try flatten()
    #expect(try flatten() == .refused("nothing to close"))
    #expect(bench.machine.book.open.count { $0.intent.kind == .exit } == 1)
  }

  @Test func `a close whose answer is lost is looked up and not sent again`() throws {
    try open()
    bench.venue.fates = [.answerLost]
    _ = try flatten()
    try bench.pass(milliseconds: 500, upTo: 30_000)
    #expect(bench.venue.placements.count { $0.type == .market } == 1)
    #expect(bench.machine.book.open.isEmpty)
    try bench.expectNoDrift()
  }

  @Test func `closes that came too late are tried again, and nothing is halted over them`() throws {
    try open()
    bench.venue.fates = (0..<5).map { _ in .refused("wouldProcessAfterSpecifiedTime") }
    _ = try flatten()
    try bench.pass(milliseconds: 500, upTo: 15_000)
    #expect(bench.venue.positions[Sample.instrument.id] == 0)
    #expect(bench.machine.tradingState == .active)
    #expect(bench.pressed.isEmpty)
    try bench.expectNoDrift()
  }

  @Test func `a close that never arrived is sent again once that is proved`() throws {
    try open()
    bench.venue.fates = [.requestLost]
    _ = try flatten()
    try bench.pass(milliseconds: 500, upTo: 1500)
    #expect(!bench.venue.placements.contains { $0.type == .market })
    try bench.pass(milliseconds: 500, upTo: 10_000)
    #expect(bench.venue.placements.count { $0.type == .market } == 1)
    #expect(bench.machine.book.position(Sample.instrument.id).isFlat)
  }

  @Test func `a close filled in part goes on with what is left`() throws {
    try open()
    bench.venue.fillLimit = 4
    _ = try flatten()
    try bench.pass(milliseconds: 500, upTo: 5000)
    let closes = bench.venue.placements.filter { $0.type == .market }
    #expect(closes.map(\.quantity.lots) == [10, 6, 2])
    #expect(bench.venue.positions[Sample.instrument.id] == 0)
  }

  @Test func `only after the venue refused the close beside the stop does the stop make room`()
    throws
  {
    bench.venue.addsReduceOnly = true
    try open()
    #expect(bench.venue.stops.count == 1)
    _ = try flatten()
    try bench.pass(milliseconds: 500, upTo: 10_000)
    let writes = bench.venue.requests.compactMap { request -> String? in
      switch request {
      case .place(let placement) where placement.type == .market: "close"
      case .cancel: "cancel"
      default: nil
      }
    }
    #expect(writes == ["close", "cancel", "close"])
    #expect(bench.venue.positions[Sample.instrument.id] == 0)
    #expect(bench.venue.openOrders.isEmpty)
  }

  /// Its pause was reckoned by the wall clock (seed 1149).
  @Test func `a refused close does not wait for a clock that was set back`() throws {
    bench.venue.addsReduceOnly = true
    try open()
    _ = try flatten()
    #expect(bench.venue.positions[Sample.instrument.id] != 0)
    bench.wallJump = -60_000
    try bench.pass(milliseconds: 250, upTo: 5000)
    #expect(bench.venue.positions[Sample.instrument.id] == 0)
    #expect(bench.venue.openOrders.isEmpty)
  }

  @Test func `a restart in the middle of a close ends it once`() throws {
    try open()
    bench.venue.fates = [.answerLost]
    bench.holdsAnswers = true
    _ = try flatten()
    try bench.restart()
    try bench.pass(milliseconds: 500, upTo: 30_000)
    #expect(bench.venue.placements.count { $0.type == .market } <= 1)
    #expect(bench.venue.positions[Sample.instrument.id] == 0)
    #expect(bench.machine.book.open.isEmpty)
    try bench.expectNoDrift()
  }
}
