import Domain
import Testing

@testable import SimulatedVenue

@Suite("cancels and edits")
struct ChangeTests {
  @Test func `a cancel says what became of the order`() throws {
    var bench = try VenueBench()
    let resting = bench.place(.buy, .limit, 10, limit: 49_000).order?.id
    let filled = bench.place(.buy, .market, 10).order?.id
    let rejected = bench.place(.buy, .limit, 10).order?.id
    #expect(bench.cancel(resting).word == "cancelled")
    #expect(bench.cancel(resting).word == "notFound")
    #expect(bench.cancel(filled).word == "filled")
    #expect(bench.cancel(rejected).word == "notFound")
    #expect(bench.cancel(nil).word == "notFound")
    #expect(bench.cancel(VenueOrderID(unchecked: "x")).word == "notFound")
    bench.walk([48_000])
    #expect(bench.position() == 10)
  }

  @Test func `an absolute size counts fills in, a relative one does not`() throws {
    var bench = try VenueBench()
    let id = try #require(bench.place(.buy, .limit, 6000, limit: 50_001).order).id
    #expect(bench.book.orders[id]?.filled.lots == 5000)
    #expect(bench.edit(id, lots: 5500, limit: 49_000).word == "edited")
    #expect(bench.book.orders[id]?.unfilled.lots == 500)
    #expect(bench.edit(id, lots: 500, isRelative: true).word == "edited")
    #expect(bench.book.orders[id]?.quantity.lots == 5500)
    #expect(bench.edit(id, lots: 5000).word == "invalidSize")
    #expect(bench.edit(id, lots: .max, isRelative: true).word == "invalidSize")
    #expect(bench.book.orders[id]?.quantity.lots == 5500)
    bench.expectLaws()
  }

  @Test func `a stop is amended in place`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 100)
    let stop = bench.place(.sell, .stop, 50, trigger: 49_000, reduceOnly: true).order?.id
    #expect(bench.edit(stop, lots: 100, trigger: 49_500).word == "edited")
    #expect(bench.book.stopCover(MarketSample.id("PF_XBTUSD")).lots == 100)
    bench.walk([49_400])
    #expect(bench.position() == 0)
    #expect(bench.edit(stop, lots: 200).word == "orderForEditNotFound")
  }

  @Test func `a limit edited across the market executes`() throws {
    var bench = try VenueBench()
    let id = bench.place(.buy, .limit, 10, limit: 49_000).order?.id
    let result = bench.edit(id, limit: 50_010)
    #expect(result.word == "edited")
    #expect(result.fills.map(\.price.ticks) == [50_001])
    #expect(result.order?.status == .filled)
    bench.expectLaws()
  }

  @Test func `an edit passes every check a new order passes`() throws {
    var bench = try VenueBench()
    let post = bench.place(.buy, .postOnly, 10, limit: 49_000).order?.id
    #expect(bench.edit(post, limit: 50_010).word == "postWouldExecute")
    #expect(bench.edit(post, lots: 2_000_000).word == "insufficientAvailableFunds")
    #expect(bench.edit(post, lots: 10_000_000_001).word == "maxPositionViolation")
    #expect(bench.edit(post, limit: 0).word == "invalidPrice")
    #expect(bench.edit(post, trigger: 48_000).word == "orderForEditNotAStop")
    #expect(bench.book.orders[try #require(post)]?.quantity.lots == 10)
    #expect(bench.book.orders[try #require(post)]?.limit?.ticks == 49_000)
    #expect(bench.edit(post, lots: 1_000_000).word == "edited")
    #expect(bench.edit(post, lots: 1_000_001, limit: 49_001).word == "edited")
    #expect(bench.edit(post, lots: 10).word == "edited")
    let sell = bench.place(.sell, .limit, 10, limit: 51_000).order?.id
    #expect(bench.edit(sell, limit: 49_000).word == "selfFill")
    bench.expectLaws()
  }
}
