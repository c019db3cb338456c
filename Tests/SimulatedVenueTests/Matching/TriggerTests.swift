import Domain
import Testing

@testable import SimulatedVenue

@Suite("orders that wait for a trigger")
struct TriggerTests {
  /// Opens a position of 100 lots and places one trigger against it.
  private func bench(
    _ entry: Side, _ kind: VenueOrderKind, _ trigger: Int64, limit: Int64? = nil,
    _ adjust: (inout OrderRequest) -> Void = { _ in }
  ) throws -> VenueBench {
    var bench = try VenueBench()
    bench.place(entry, .market, 100)
    let result = bench.place(
      entry.opposite, kind, 100, limit: limit, trigger: trigger, reduceOnly: true, id: "trigger",
      adjust)
    #expect(result.word == "placed" && result.fills.isEmpty)
    return bench
  }

  @Test(
    arguments: [
      (Side.buy, VenueOrderKind.stop, 49_500, 49_501), (.sell, .stop, 50_500, 50_499),
      (.buy, .takeProfit, 50_500, 50_499), (.sell, .takeProfit, 49_500, 49_501),
    ] as [(Side, VenueOrderKind, Int64, Int64)])
  func `fire at their level and not a tick before`(
    _ entry: Side, _ kind: VenueOrderKind, _ trigger: Int64, _ near: Int64
  ) throws {
    var bench = try bench(entry, kind, trigger)
    bench.walk([near])
    #expect(bench.position() != 0)
    bench.walk([trigger])
    #expect(bench.position() == 0)
    let exit = try #require(bench.fills.last)
    #expect(exit.price.ticks == trigger - entry.sign && exit.type == .taker)
    try bench.expectLaws()
  }

  @Test(
    arguments: [
      (Side.buy, VenueOrderKind.stop, 49_500, 40_000), (.sell, .stop, 50_500, 60_000),
      (.buy, .takeProfit, 50_500, 60_000), (.sell, .takeProfit, 49_500, 40_000),
    ] as [(Side, VenueOrderKind, Int64, Int64)])
  func `fire at their level on the way and behind a gap at the price there`(
    _ entry: Side, _ kind: VenueOrderKind, _ trigger: Int64, _ far: Int64
  ) throws {
    var onTheWay = try bench(entry, kind, trigger)
    onTheWay.walk([far])
    #expect(onTheWay.fills.last?.price.ticks == trigger - entry.sign)
    var gap = try bench(entry, kind, trigger)
    gap.jump(far)
    #expect(gap.fills.last?.price.ticks == far - entry.sign)
    #expect(gap.position() == 0)
  }

  @Test(arguments: TriggerSignal.allCases, TriggerSignal.allCases)
  func `only the named price sets a trigger off`(
    _ signal: TriggerSignal, _ moving: TriggerSignal
  ) throws {
    var bench = try bench(.buy, .stop, 49_500) { $0.signal = signal }
    bench.move(
      last: moving == .last ? 49_400 : nil, mark: moving == .mark ? 49_400 : nil,
      index: moving == .index ? 49_400 : nil)
    #expect((bench.position() == 0) == (signal == moving))
  }

  @Test func `fire at once when the price is already beyond them`() throws {
    var bench = try bench(.buy, .stop, 50_100)
    bench.walk([50_000])
    #expect(bench.position() == 0)
  }

  @Test func `see an excursion between two points of the path`() throws {
    var bench = try bench(.buy, .stop, 49_500)
    bench.walk([49_400, 50_000])
    #expect(bench.position() == 0)
    #expect(bench.machine.markets[VenueBench.bitcoin]?.last.ticks == 50_000)
  }

  @Test func `with a limit the price has left rest at it until the price is back`() throws {
    var bench = try bench(.buy, .stop, 49_500, limit: 49_400)
    bench.jump(49_000)
    #expect(bench.position() == 100)
    let order = try #require(bench.book.order(named: "trigger"))
    #expect(order.status == .open && order.isTriggered)
    #expect(bench.lastReason(order.id) == .limitFromStop)
    bench.walk([49_399])
    #expect(bench.position() == 100)
    bench.walk([49_400])
    #expect(bench.fills.last?.price.ticks == 49_400)
    #expect(bench.fills.last?.type == .maker)
    #expect(bench.position() == 0)
    try bench.expectLaws()
  }

  @Test func `with a limit beyond the trigger are met by it on the same way`() throws {
    var bench = try bench(.buy, .takeProfit, 50_500, limit: 50_600)
    bench.walk([51_000])
    #expect(bench.fills.last?.price.ticks == 50_600)
    #expect(bench.fills.last?.marketTime ?? bench.now.market < bench.now.market)
  }

  @Test func `take their limit from the price that set them off`() throws {
    var percent = try bench(.buy, .stop, 49_500) { $0.limitOffset = .millionths(-10_000) }
    percent.jump(49_000)
    #expect(percent.book.order(named: "trigger")?.limit?.ticks == 48_510)
    #expect(percent.fills.last?.price.ticks == 48_999)
    var amount = try bench(.buy, .stop, 49_500) { $0.limitOffset = .ticks(50) }
    amount.jump(49_000)
    #expect(amount.book.order(named: "trigger")?.limit?.ticks == 49_050)
    #expect(amount.position() == 100)
    amount.walk([49_050])
    #expect(amount.position() == 0)
  }

  @Test func `of another contract stay as they are`() throws {
    var bench = try bench(.buy, .stop, 49_500)
    bench.walk([100], of: VenueBench.ether)
    #expect(bench.position() == 100)
  }

  @Test func `that would open a position fall away when the account cannot bear it`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 100_000)
    let stop = bench.place(.sell, .stop, 300_000, trigger: 46_000).order?.id
    // The fall costs 40,000 of 100,000 USD, and both orders bind more than the rest.
    #expect(bench.place(.buy, .limit, 390_000, limit: 20_000).word == "placed")
    bench.walk([45_000])
    #expect(bench.lastReason(stop) == .notEnoughMargin)
    #expect(bench.position() == 100_000)
    try bench.expectLaws()
  }

  @Test func `are listed as waiting until they fire`() throws {
    var bench = try bench(.buy, .stop, 49_500, limit: 49_600)
    #expect(bench.book.openOrders.map(\.isWaiting) == [true])
    bench.jump(49_000)
    #expect(bench.book.openOrders.map(\.isWaiting) == [false])
    #expect(bench.book.lanes[VenueBench.bitcoin]?.triggers[.sell] == 0)
    #expect(bench.book.lanes[VenueBench.bitcoin]?.reducing[.sell] == 100)
  }
}
