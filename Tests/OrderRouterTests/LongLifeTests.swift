import Domain
import Ledger
import Testing

@testable import OrderRouter

/// What a position of hours or a router of weeks meets, and a minute of simulation hardly.
@Suite("a long life")
struct LongLifeTests {
  let bench: RouterBench
  private let id = Sample.instrument.id
  private static let minutes: Int64 = 60_000

  init() throws { bench = try RouterBench() }

  private func open(_ profits: [Int64] = []) throws {
    try bench.offer(Sample.intent("a", at: bench.milliseconds, takeProfits: profits))
    try bench.pass(milliseconds: 500, upTo: 2000)
    #expect(bench.venue.stops.map(\.quantity.lots) == [10])
  }

  private func pass(_ milliseconds: Int64) throws {
    try bench.pass(milliseconds: 500, upTo: milliseconds)
  }

  private var closes: [OrderPlacement] {
    bench.venue.placements.filter { $0.type == .market && $0.reduceOnly }
  }

  @Test func `an old stop that somebody took away is placed again, and nothing is closed for it`()
    throws
  {
    try open()
    try pass(10 * Self.minutes)
    bench.venue.lookupUnreadable = true
    bench.venue.triggerStopsInVain()
    try pass(4000)
    bench.venue.lookupUnreadable = false
    try pass(4000)
    #expect(bench.venue.stops.map(\.quantity.lots) == [10, 10])
    #expect(closes.isEmpty)
  }

  @Test func `an old stop whose end the venue's records are late with is not held at once`() throws
  {
    try open()
    try pass(10 * Self.minutes)
    bench.venue.lookupUnreadable = true
    bench.venue.triggerStopsInVain()
    bench.venue.showPosition(0)
    bench.venue.lookupUnreadable = false
    bench.venue.recent = []
    try pass(30_000)
    #expect(try bench.orders().allSatisfy { $0.status != .held })
    #expect(!bench.alerts.contains { $0.contains("is held") })
  }

  @Test func `what an operator has paused stays paused when a halt is acknowledged`() throws {
    try open()
    _ = try bench.command(.pause(by: "ann", reason: "news"))
    bench.venue.fates = Array(repeating: .refused("invalidSize"), count: 3)
    _ = try bench.command(.flatten(nil, by: "ann", reason: "test"))
    try pass(20_000)
    #expect(bench.machine.tradingState == .halted && bench.pressed.count == 1)
    try bench.run(.latch(LatchView(scopes: [.everything], flattens: false, text: "halted")))
    try bench.run(.latch(.clear))
    #expect(bench.machine.tradingState == .reducing)
    try bench.restart()
    try pass(5000)
    #expect(bench.machine.tradingState == .reducing)
  }

  /// Its third refusal, long ago, pressed the latch again in the turn of the acknowledgement.
  @Test func `closes refused before a person cleared the latch press it no more`() throws {
    try open()
    bench.venue.fates = Array(repeating: .refused("invalidSize"), count: 4)
    _ = try bench.command(.flatten(nil, by: "ann", reason: "test"))
    for _ in 0..<60 where bench.pressed.isEmpty { try bench.pass(milliseconds: 500) }
    try bench.run(.latch(LatchView(scopes: [.everything], flattens: false, text: "halted")))
    _ = try bench.command(.acknowledge(by: "ann", reason: "venue is back"))
    try bench.run(.latch(.clear))
    try bench.restart()
    try pass(10_000)
    #expect(bench.pressed.count == 1)
    #expect(bench.machine.tradingState == .active)
    #expect(bench.machine.book.position(id).isFlat)
  }

  @Test func `a market that takes post-only orders halts nothing, and closes are paced`() throws {
    try open()
    bench.venue.fates = Array(repeating: .refused("marketIsPostOnly"), count: 8)
    _ = try bench.command(.flatten(nil, by: "ann", reason: "test"))
    try pass(60_000)
    #expect(bench.machine.tradingState == .active)
    #expect(bench.venue.fates.count > 0, "fewer than eight in a minute")
    bench.venue.fates = []
    try pass(60_000)
    #expect(bench.machine.book.position(id).isFlat)
  }

  @Test func `an outage uses up no attempt of a take-profit, and makes few rows`() throws {
    bench.venue.fates =
      [.answered, .answered] + Array(repeating: .refused("NOT_SENT: no connection"), count: 12)
    try open([1100])
    try pass(60_000)
    #expect(bench.venue.fates.isEmpty)
    #expect(try bench.orders().contains { $0.role == .takeProfit && $0.status == .working })
    let before = try bench.orders().count
    bench.venue.fates = Array(repeating: .refused("NOT_SENT: no connection"), count: 1000)
    _ = try bench.command(.flatten(nil, by: "ann", reason: "test"))
    try pass(60_000)
    #expect(try bench.orders().count - before <= 35, "one in two seconds")
  }

  @Test func `an amendment in doubt over a stop that somebody edits ends, and the stop is mended`()
    throws
  {
    bench.venue.fillLimit = 4
    bench.venue.amendFates = [.requestLost]
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try pass(1000)
    bench.venue.setForeignPosition(8)
    bench.venue.editFirst(lots: 2)
    try pass(3 * Self.minutes)
    #expect(try bench.orders().allSatisfy { $0.change == nil })
    #expect(bench.venue.openOrders.first?.unfilled.lots == 8)
  }

  @Test func `a stop that the venue does not let be mended is tried again later`() throws {
    try open()
    bench.venue.amendFates = Array(repeating: .refused("NOT_SENT: no connection"), count: 3)
    bench.venue.editFirst(lots: 4)
    try pass(5000)
    #expect(bench.venue.amendFates.isEmpty && bench.venue.openOrders.first?.unfilled.lots == 4)
    #expect(bench.alerts.contains { $0.contains("refused: NOT_SENT") })
    try pass(70_000)
    #expect(bench.venue.openOrders.first?.unfilled.lots == 10)
  }

  @Test func `after a thousand alerts the next one is told all the same, and after an hour again`()
    throws
  {
    var machine = bench.machine
    for number in 0...RouterMachine.mostAlerted { machine.alert("\(number)") }
    machine.effects = []
    machine.alert("new")
    machine.alert("new")
    #expect(machine.effects == [.alert("new")])
    try open()
    bench.venue.unreadable = true
    try pass(5000)
    let told = { (bench: RouterBench) in bench.alerts.count { $0.contains("unreadable") } }
    let before = told(bench)
    #expect(before >= 1)
    try pass(5000)
    #expect(told(bench) == before)
    try bench.pass(milliseconds: 5000, upTo: 61 * Self.minutes)
    #expect(told(bench) > before)
  }
}
