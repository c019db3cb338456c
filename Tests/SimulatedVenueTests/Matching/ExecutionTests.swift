import Domain
import Testing

@testable import SimulatedVenue

// At 50,000 the best ask is 50,001, further levels are 2 ticks apart, and a level has 5,000 lots.
@Suite("executions")
struct ExecutionTests {
  @Test func `a market order takes level after level`() throws {
    var bench = try VenueBench()
    let result = bench.place(.buy, .market, 12_000)
    #expect(result.fills.map(\.price.ticks) == [50_001, 50_003, 50_005])
    #expect(result.fills.map(\.quantity.lots) == [5000, 5000, 2000])
    #expect(result.order?.status == .filled)
    #expect(result.fills.allSatisfy { $0.type == .taker })
    try bench.expectLaws()
  }

  @Test func `what was taken is gone until the price moves or a second has passed`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 5000)
    #expect(bench.place(.buy, .market, 10).fills.map(\.price.ticks) == [50_003])
    bench.walk([50_000], every: 1100)
    #expect(bench.place(.buy, .market, 10).fills.map(\.price.ticks) == [50_001])
  }

  @Test func `a market order is never worse than one per cent from the last price`() throws {
    var bench = try VenueBench(dollars: 1_000_000_000)
    // At 50 ticks a level is 2 % of the price: the protection lets only the first one through.
    bench.walk([50])
    let result = bench.place(.sell, .market, 50_000_000)
    #expect(result.fills.map(\.price.ticks) == [49])
    #expect(result.order?.status == .cancelled)
    #expect(bench.lastReason(result.order?.id) == .partialFill)
    try bench.expectLaws()
  }

  @Test func `an ioc takes what its limit allows and its rest is gone`() throws {
    var bench = try VenueBench()
    let result = bench.place(.buy, .immediateOrCancel, 12_000, limit: 50_003)
    #expect(result.fills.map(\.quantity.lots) == [5000, 5000])
    #expect(result.order?.status == .cancelled && result.order?.filled.lots == 10_000)
    #expect(bench.lastReason(result.order?.id) == .partialFill)
    #expect(bench.book.openCount == 0)
    try bench.expectLaws()
  }

  @Test func `a fok takes all or nothing`() throws {
    var bench = try VenueBench()
    #expect(bench.place(.buy, .fillOrKill, 10_001, limit: 50_003).word == "iocWouldNotExecute")
    #expect(bench.position() == 0)
    let result = bench.place(.buy, .fillOrKill, 10_000, limit: 50_003)
    #expect(result.order?.status == .filled && bench.position() == 10_000)
    try bench.expectLaws()
  }

  @Test func `a post-only order rests as maker, at its own price`() throws {
    var bench = try VenueBench()
    let result = bench.place(.buy, .postOnly, 10, limit: 50_000)
    #expect(result.word == "placed" && result.order?.status == .open)
    bench.walk([49_999])
    #expect(bench.fills.map(\.price.ticks) == [50_000])
    #expect(bench.fills.map(\.type) == [.maker])
  }

  @Test func `a limit that crosses takes, and its rest waits for its price`() throws {
    var bench = try VenueBench()
    let result = bench.place(.buy, .limit, 6000, limit: 50_001)
    #expect(result.fills.map(\.quantity.lots) == [5000])
    #expect(result.order?.status == .open && result.order?.unfilled.lots == 1000)
    bench.walk([50_000])
    #expect(bench.book.orders[try #require(result.order).id]?.status == .filled)
    let last = try #require(bench.fills.last)
    #expect(last.isMaker && last.price.ticks == 50_001 && last.quantity.lots == 1000)
    try bench.expectLaws()
  }

  @Test func `an order fills when the price reaches it and not a tick before`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .limit, 10, limit: 49_900)
    bench.place(.sell, .limit, 10, limit: 50_100)
    bench.walk([49_901, 50_099])
    #expect(bench.fills.isEmpty)
    bench.walk([49_900])
    #expect(bench.fills.map(\.price.ticks) == [49_900])
    bench.walk([50_200])
    #expect(bench.fills.map(\.price.ticks) == [49_900, 50_100])
    #expect(bench.position() == 0)
  }

  @Test func `a price that touches a limit gives one level, one that goes through fills it`() throws
  {
    var bench = try VenueBench()
    let id = bench.place(.buy, .limit, 20_000, limit: 49_000).order?.id
    bench.walk([49_000])
    // A level is worth 25,000 USD: 25,000 / (49,000 × 0.0001) lots.
    #expect(bench.fills.map(\.quantity.lots) == [5102])
    bench.walk([49_100, 49_000])
    #expect(bench.fills.map(\.quantity.lots) == [5102, 5102])
    bench.walk([48_999])
    #expect(bench.book.orders[try #require(id)]?.status == .filled)
    #expect(bench.fills.allSatisfy { $0.price.ticks == 49_000 && $0.isMaker })
    try bench.expectLaws()
  }

  @Test func `a gap fills a resting limit whole, at its own price`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .limit, 20_000, limit: 49_000)
    bench.jump(48_000)
    #expect(bench.fills.map(\.price.ticks) == [49_000])
    #expect(bench.position() == 20_000)
  }

  @Test func `a gap that ends on a limit touches it and no more`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .limit, 20_000, limit: 49_000)
    bench.jump(49_000)
    #expect(bench.fills.map(\.quantity.lots) == [5102])
  }

  @Test func `the price a resting order is met at is the last one`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .limit, 10, limit: 49_900)
    bench.move(mark: 49_000, index: 49_000)
    #expect(bench.fills.isEmpty)
    bench.move(last: 49_900)
    #expect(bench.position() == 10)
  }

  @Test func `a fill carries the market time at which the price came by`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .limit, 10, limit: 49_900)
    let start = bench.now.market
    bench.walk([49_000], every: 10_000)
    let fill = try #require(bench.fills.last)
    #expect(fill.marketTime == start.advanced(byMilliseconds: 1000))
    #expect(fill.time == bench.now.wall && fill.mark.ticks == 49_900)
  }

  @Test func `fees are 0,05 per cent for taking and 0,02 for making`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 1000)
    // 0.1 × 50,001 × 0.0005 = 2.50005
    #expect(bench.fills.last?.fee.micros == 2_500_050)
    bench.place(.sell, .limit, 1000, limit: 51_000)
    bench.walk([51_000])
    // 0.1 × 51,000 × 0.0002 = 1.02
    #expect(bench.fills.last?.fee.micros == 1_020_000)
    // Bought at 50,001 and sold at 51,000: 99.90, less both fees.
    #expect(bench.book.balance.micros == 100_000_000_000 + 99_900_000 - 2_500_050 - 1_020_000)
    #expect(bench.machine.equity == bench.book.balance)
  }

  @Test func `an order larger than the position closes it and opens the other side`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 1000)
    bench.walk([51_000])
    bench.place(.sell, .market, 3000)
    #expect(bench.position() == -2000)
    // Two tenths of a contract sold at 50,999.
    #expect(bench.book.lanes[VenueBench.bitcoin]?.cost.micros == 10_199_800_000)
    bench.walk([50_000])
    // The short earns 0.2 × 999 while it is open.
    #expect(bench.machine.unrealised(VenueBench.bitcoin).micros == 199_800_000)
    try bench.expectLaws()
  }

  @Test func `nothing executes while the market is suspended, and then it does`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .limit, 10, limit: 49_000)
    bench.set { $0.isSuspended = true }
    bench.walk([48_000])
    #expect(bench.fills.isEmpty)
    bench.set { $0.isSuspended = false }
    bench.walk([48_000])
    #expect(bench.position() == 10)
  }
}
