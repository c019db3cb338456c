import Domain
import Testing

@testable import SimulatedVenue

@Suite("orders that meet one of the same account")
struct SelfTradeTests {
  @Test func `are refused by default, only when they would come so far`() throws {
    var bench = try VenueBench()
    bench.place(.sell, .limit, 10, limit: 50_003)
    #expect(bench.place(.buy, .market, 5001).word == "selfFill")
    #expect(bench.place(.buy, .limit, 5001, limit: 50_003).word == "selfFill")
    #expect(bench.place(.buy, .limit, 5001, limit: 50_002).word == "placed")
    bench.walk([50_000], every: 1100)
    #expect(bench.place(.buy, .market, 5000).word == "placed")
    try bench.expectLaws()
  }

  @Test func `far away do not hinder a market order`() throws {
    var bench = try VenueBench()
    bench.place(.sell, .limit, 10, limit: 60_000)
    bench.place(.buy, .limit, 10, limit: 40_000)
    #expect(bench.place(.buy, .market, 10).order?.status == .filled)
    #expect(bench.place(.sell, .market, 10).order?.status == .filled)
    #expect(bench.book.openCount == 2)
  }

  @Test(
    arguments: AccountPreferences.SelfTrade.allCases.filter { $0 != .rejectTaker },
    [VenueOrderKind.limit, .market, .immediateOrCancel, .fillOrKill])
  func `take its place where the strategy cancels the maker`(
    _ strategy: AccountPreferences.SelfTrade, _ kind: VenueOrderKind
  ) throws {
    var bench = try VenueBench()
    bench.prefer { $0.selfTrade = strategy }
    let near = bench.place(.sell, .limit, 10, limit: 50_000).order?.id
    let far = bench.place(.sell, .limit, 10, limit: 51_000).order?.id
    let stop = bench.place(.sell, .stop, 10, trigger: 49_000).order?.id
    let result = bench.place(.buy, kind, 10, limit: kind == .market ? nil : 50_002)
    #expect(result.fills.map(\.price.ticks) == [50_001])
    #expect(bench.lastReason(near) == .wouldExecuteSelf)
    #expect(bench.book.openOrders.map(\.id) == [far, stop])
    try bench.expectLaws()
  }

  @Test func `inside the spread never rest against each other`() throws {
    var bench = try VenueBench()
    let first = bench.place(.sell, .limit, 10, limit: 50_000).order?.id
    #expect(bench.place(.buy, .limit, 10, limit: 50_000).word == "selfFill")
    bench.prefer { $0.selfTrade = .cancelMakerSelf }
    #expect(bench.place(.buy, .postOnly, 10, limit: 50_000).word == "postWouldExecute")
    #expect(bench.place(.buy, .limit, 10, limit: 50_000).order?.status == .open)
    #expect(bench.lastReason(first) == .wouldExecuteSelf)
    let asks = bench.machine.levels(VenueBench.bitcoin, .sell)
    let bids = bench.machine.levels(VenueBench.bitcoin, .buy)
    #expect(bids.first?.price.ticks == 50_000 && asks.first?.price.ticks == 50_001)
  }

  @Test func `keep their own order when they are refused for something else`() throws {
    var bench = try VenueBench()
    bench.prefer { $0.selfTrade = .cancelMakerAny }
    let maker = bench.place(.sell, .limit, 10, limit: 50_001).order?.id
    #expect(bench.place(.buy, .market, 2_000_000).word == "insufficientAvailableFunds")
    #expect(bench.place(.buy, .fillOrKill, 5001, limit: 50_001).word == "iocWouldNotExecute")
    #expect(bench.book.openOrders.map(\.id) == [maker])
  }

  @Test func `by an edit follow the strategy`() throws {
    var bench = try VenueBench()
    let maker = bench.place(.sell, .limit, 10, limit: 50_001).order?.id
    let taker = bench.place(.buy, .limit, 10, limit: 49_000).order?.id
    #expect(bench.edit(taker, limit: 50_001).word == "selfFill")
    bench.prefer { $0.selfTrade = .cancelMakerChild }
    #expect(bench.edit(taker, limit: 50_001).fills.count == 1)
    #expect(bench.lastReason(maker) == .wouldExecuteSelf)
    try bench.expectLaws()
  }
}
