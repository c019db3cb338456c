import Domain
import Testing

@testable import SimulatedVenue

// 10,000 USD and 90,000 lots of 5 USD: 45 times leverage, 1 % maintenance.
@Suite("liquidation")
struct LiquidationTests {
  private func bench(_ side: Side = .buy) throws -> VenueBench {
    var bench = try VenueBench(dollars: 10_000)
    #expect(bench.place(side, .market, 90_000).order?.status == .filled)
    return bench
  }

  @Test func `comes when equity is below maintenance and not before`() throws {
    var bench = try bench()
    while bench.machine.equity >= bench.machine.maintenanceMargin {
      #expect(bench.position() == 90_000)
      let mark = try #require(bench.machine.markets[VenueBench.bitcoin]).mark.ticks
      bench.walk([mark - 10])
      if bench.position() != 90_000 { break }
    }
    #expect(bench.position() < 90_000)
    let first = try #require(bench.fills.first { $0.type == .partialLiquidation })
    // Bought at 50,018 on average for 225 USD of fees, an hour's play of the price:
    // the account is short of 1 % where 9 contracts have lost about 5,250 USD.
    #expect((49_300...49_550).contains(first.price.ticks), "\(first.price.ticks)")
    try bench.expectLaws()
  }

  @Test(arguments: [Side.buy, .sell])
  func `closes a half first, and no more when that is enough`(_ side: Side) throws {
    var bench = try bench(side)
    for step in 1...200 where bench.position() == side.sign * 90_000 {
      bench.walk([50_000 - side.sign * Int64(step) * 5])
    }
    #expect(bench.position() == side.sign * 45_000)
    #expect(bench.machine.equity >= bench.machine.maintenanceMargin)
    let order = try #require(bench.book.finishedOrders.first { $0.kind == .liquidation })
    #expect(order.status == .filled && order.quantity.lots == 45_000 && order.reduceOnly)
    try bench.expectLaws()
  }

  @Test func `cancels every open order first`() throws {
    var bench = try bench()
    bench.place(.sell, .stop, 90_000, trigger: 48_000, reduceOnly: true, id: "stop")
    bench.place(.buy, .limit, 10, limit: 29_000, id: "ether", of: VenueBench.ether)
    bench.walk([49_000])
    #expect(bench.book.openCount == 0)
    for name in ["stop", "ether"] {
      #expect(bench.lastReason(bench.book.order(named: name)?.id) == .liquidation)
    }
    #expect(bench.fills.contains { $0.type == .partialLiquidation })
    try bench.expectLaws()
  }

  @Test func `is before a stop that lies beyond it, on one way`() throws {
    var bench = try bench()
    bench.place(.sell, .stop, 90_000, trigger: 48_000, reduceOnly: true, id: "stop")
    bench.walk([40_000])
    #expect(bench.book.order(named: "stop")?.filled == .zero)
    #expect(bench.lastReason(bench.book.order(named: "stop")?.id) == .liquidation)
    #expect(bench.position() == 0)
    try bench.expectLaws()
  }

  @Test func `is not needed when the stop comes first`() throws {
    var bench = try bench()
    bench.place(.sell, .stop, 90_000, trigger: 49_700, reduceOnly: true)
    bench.walk([40_000])
    #expect(bench.position() == 0)
    #expect(!bench.fills.contains { $0.type == .liquidation || $0.type == .partialLiquidation })
    #expect(bench.book.balance > Money(micros: 6_000_000_000))
  }

  @Test func `leaves nothing below zero: the venue takes what is missing`() throws {
    var bench = try bench()
    bench.jump(45_000)
    #expect(bench.position() == 0)
    #expect(
      bench.fills.suffix(2).allSatisfy { $0.type == .liquidation || $0.type == .partialLiquidation }
    )
    let flow = try #require(bench.flows.last)
    #expect(flow.kind == .writeOff && flow.amount > .zero && flow.instrument == nil)
    #expect(flow.balanceBefore + flow.amount == .zero)
    #expect(bench.book.balance == .zero && bench.machine.equity == .zero)
    try bench.expectLaws()
  }

  @Test func `is spared the one whose stop closed below zero, and the venue pays`() throws {
    var bench = try VenueBench(dollars: 10_000)
    bench.place(.buy, .market, 90_000)
    // The last price falls away while the mark, by which the account is judged, stays.
    bench.place(.sell, .stop, 90_000, trigger: 49_900, reduceOnly: true) { $0.signal = .last }
    bench.move(last: 45_000, in: 1)
    #expect(bench.position() == 0)
    #expect(bench.flows.map(\.kind) == [.writeOff])
    #expect(bench.book.balance == .zero)
    try bench.expectLaws()
  }

  @Test func `closes the position that binds most first`() throws {
    var bench = try VenueBench(dollars: 10_000)
    bench.place(.buy, .market, 20_000)
    bench.place(.buy, .market, 100_000, of: VenueBench.ether)
    for step in 1...200 where !bench.fills.contains(where: { $0.type == .partialLiquidation }) {
      bench.walk([50_000 - Int64(step) * 25])
    }
    let first = try #require(bench.fills.first { $0.type == .partialLiquidation })
    #expect(first.instrument == VenueBench.ether)
    #expect(bench.position(VenueBench.ether) == 50_000 && bench.position() == 20_000)
    try bench.expectLaws()
  }

  @Test func `leaves an account alone that has no position`() throws {
    var bench = try VenueBench(dollars: 10)
    bench.place(.buy, .limit, 50, limit: 49_000)
    bench.walk([60_000])
    #expect(bench.book.openCount == 1)
  }
}
