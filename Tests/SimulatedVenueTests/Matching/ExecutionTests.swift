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
    #expect(result.fills.allSatisfy { !$0.isMaker })
    bench.expectLaws()
  }

  @Test func `a market order is never worse than one per cent from the last price`() throws {
    var bench = try VenueBench(dollars: 1_000_000_000)
    let result = bench.place(.sell, .market, 5_000_000)
    #expect(result.fills.allSatisfy { $0.price.ticks >= 49_500 && $0.price.ticks < 50_000 })
    #expect(bench.position() == -5_000_000)
  }

  @Test func `an ioc takes what its limit allows and its rest is gone`() throws {
    var bench = try VenueBench()
    let result = bench.place(.buy, .immediateOrCancel, 12_000, limit: 50_003)
    #expect(result.word == "placed")
    #expect(result.fills.map(\.quantity.lots) == [5000, 5000])
    #expect(result.order?.status == .cancelled)
    #expect(result.order?.filled.lots == 10_000)
    #expect(bench.book.open.isEmpty)
    bench.expectLaws()
  }

  @Test func `a limit that crosses takes, and its rest waits for its price`() throws {
    var bench = try VenueBench()
    let result = bench.place(.buy, .limit, 6000, limit: 50_001)
    #expect(result.fills.map(\.quantity.lots) == [5000])
    #expect(result.order?.status == .open)
    let id = try #require(result.order).id
    #expect(bench.book.orders[id]?.unfilled.lots == 1000)
    bench.walk([50_000])
    let order = try #require(bench.book.orders[id])
    #expect(order.status == .filled)
    let last = try #require(bench.book.fills.last)
    #expect(last.isMaker && last.price.ticks == 50_001 && last.quantity.lots == 1000)
    bench.expectLaws()
  }

  @Test func `an order fills when the price reaches it and not a tick before`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .limit, 10, limit: 49_900)
    bench.place(.sell, .limit, 10, limit: 50_100)
    bench.walk([49_901, 50_099])
    #expect(bench.book.fills.isEmpty)
    bench.walk([49_900])
    #expect(bench.book.fills.map(\.price.ticks) == [49_900])
    bench.walk([50_200])
    #expect(bench.book.fills.map(\.price.ticks) == [49_900, 50_100])
    #expect(bench.position() == 0)
  }

  @Test func `what the price meets first fills first`() throws {
    var bench = try VenueBench()
    for limit in [49_000, 49_800, 49_500] as [Int64] { bench.place(.buy, .limit, 1, limit: limit) }
    bench.walk([48_000])
    #expect(bench.book.fills.map(\.price.ticks) == [49_800, 49_500, 49_000])
  }

  @Test func `fees are 0,05 per cent for taking and 0,02 for making`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 1000)
    // 0.1 × 50,001 × 0.0005 = 2.50005
    #expect(bench.book.fills.last?.fee.micros == 2_500_050)
    bench.place(.sell, .limit, 1000, limit: 51_000)
    bench.walk([51_000])
    // 0.1 × 51,000 × 0.0002 = 1.02
    #expect(bench.book.fills.last?.fee.micros == 1_020_000)
    // Bought at 50,001 and sold at 51,000: 99.90, less both fees.
    #expect(bench.book.balance.micros == 100_000_000_000 + 99_900_000 - 2_500_050 - 1_020_000)
    #expect(bench.position() == 0)
    #expect(bench.machine.equity == bench.book.balance)
  }

  @Test func `an order larger than the position closes it and opens the other side`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 1000)
    bench.walk([51_000])
    bench.place(.sell, .market, 3000)
    #expect(bench.position() == -2000)
    let holding = try #require(bench.book.holdings[MarketSample.id("PF_XBTUSD")])
    // Two tenths of a contract sold at 50,999.
    #expect(holding.cost.micros == 10_199_800_000)
    bench.walk([50_000])
    // The short earns 0.2 × 999 while it is open.
    #expect(bench.book.unrealised(at: bench.machine.prices).micros == 199_800_000)
    bench.expectLaws()
  }
}
