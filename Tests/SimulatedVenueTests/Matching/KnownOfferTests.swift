import Domain
import Testing

@testable import SimulatedVenue

/// A market whose orders of others are known.
@Suite("known offers")
struct KnownOfferTests {
  private func offers(
    _ bids: [(Int64, Int64)], _ asks: [(Int64, Int64)]
  ) throws -> MarketOffers {
    func levels(_ levels: [(Int64, Int64)]) -> [BookLevel] {
      levels.map { BookLevel(price: Price(ticks: $0.0), quantity: Quantity(lots: $0.1)) }
    }
    return try #require(MarketOffers(bids: levels(bids), asks: levels(asks)))
  }

  private func bench() throws -> VenueBench {
    var bench = try VenueBench()
    bench.machine.setOffers(
      VenueBench.bitcoin,
      try offers([(49_990, 40), (49_980, 100)], [(50_010, 30), (50_020, 50), (50_400, 500)]))
    return bench
  }

  private func best(_ bench: VenueBench) -> (bid: Int64, ask: Int64)? {
    guard let bid = bench.machine.levels(VenueBench.bitcoin, .buy).first,
      let ask = bench.machine.levels(VenueBench.bitcoin, .sell).first
    else { return nil }
    return (bid.price.ticks, ask.price.ticks)
  }

  @Test func `a taker gets what rests there, at its prices, and no more`() throws {
    var bench = try bench()
    let result = bench.place(.buy, .immediateOrCancel, 100, limit: 50_030)
    #expect(result.fills.map(\.price.ticks) == [50_010, 50_020])
    #expect(result.fills.map(\.quantity.lots) == [30, 50])
    #expect(result.order?.status == .cancelled)
    #expect(bench.place(.sell, .market, 20).fills.map(\.price.ticks) == [49_990])
    try bench.expectLaws()
  }

  @Test func `where nothing is offered at the limit nothing is filled`() throws {
    var bench = try bench()
    #expect(bench.place(.buy, .immediateOrCancel, 10, limit: 50_009).word == "iocWouldNotExecute")
    bench.machine.setOffers(VenueBench.bitcoin, .empty)
    #expect(bench.place(.buy, .market, 10).word == "iocWouldNotExecute")
    #expect(bench.machine.levels(VenueBench.bitcoin, .sell).isEmpty)
  }

  @Test func `a resting order that the others come to is filled at its own price, never crossed`()
    throws
  {
    var bench = try bench()
    let order = bench.place(.buy, .limit, 60, limit: 50_000)
    #expect(order.fills.isEmpty)
    #expect(best(bench).map { $0.bid < $0.ask } == true)
    bench.machine.setOffers(
      VenueBench.bitcoin, try offers([(49_970, 10)], [(49_995, 25), (50_000, 10), (50_100, 9)]))
    bench.machine.meetOffers(VenueBench.bitcoin, now: bench.now)
    bench.keep()
    #expect(bench.fills.map(\.quantity.lots) == [35])
    #expect(bench.fills.map(\.price.ticks) == [50_000])
    #expect(bench.fills.allSatisfy { $0.type == .maker })
    #expect(best(bench).map { $0.bid == 50_000 && $0.ask == 50_100 } == true)
    // The same offers are not taken twice at once.
    bench.machine.meetOffers(VenueBench.bitcoin, now: bench.now)
    bench.keep()
    #expect(bench.fills.count == 1)
    try bench.expectLaws()
  }

  @Test func `while a market is halted nothing is taken or filled, and cancels are`() throws {
    var bench = try bench()
    let resting = bench.place(.buy, .limit, 60, limit: 49_000)
    bench.machine.halt(VenueBench.bitcoin)
    #expect(bench.place(.buy, .market, 10).word == "marketSuspended")
    #expect(bench.place(.sell, .stop, 10, trigger: 48_000).word == "marketSuspended")
    bench.machine.setOffers(VenueBench.bitcoin, try offers([], [(48_000, 500)]))
    bench.machine.meetOffers(VenueBench.bitcoin, now: bench.now)
    bench.keep()
    #expect(bench.fills.isEmpty)
    let id = try #require(resting.order?.id)
    #expect(bench.machine.cancel(.venue(id), now: bench.now).word == "cancelled")
    bench.keep()
    bench.machine.resume(VenueBench.bitcoin)
    #expect(bench.place(.buy, .market, 10).word == "placed")
    try bench.expectLaws()
  }

  @Test func `offers that cross or are out of order are none`() {
    func levels(_ ticks: [Int64], lots: Int64 = 1) -> [BookLevel] {
      ticks.map { BookLevel(price: Price(ticks: $0), quantity: Quantity(lots: lots)) }
    }
    #expect(MarketOffers(bids: levels([10]), asks: levels([10])) == nil)
    #expect(MarketOffers(bids: levels([9, 10]), asks: levels([11])) == nil)
    #expect(MarketOffers(bids: levels([9]), asks: levels([12, 11])) == nil)
    #expect(MarketOffers(bids: levels([9, 9]), asks: levels([11])) == nil)
    #expect(MarketOffers(bids: levels([9], lots: 0), asks: []) == nil)
    #expect(MarketOffers(bids: [], asks: levels([1, 2])) != nil)
  }
}
