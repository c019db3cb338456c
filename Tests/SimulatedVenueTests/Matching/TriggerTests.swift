import Domain
import Testing

@testable import SimulatedVenue

@Suite("orders that wait for the mark")
struct TriggerTests {
  /// Opens a position of 100 lots and places one trigger against it.
  private func bench(
    _ entry: Side, _ kind: VenueOrderKind, _ trigger: Int64, limit: Int64? = nil
  ) throws -> VenueBench {
    var bench = try VenueBench()
    bench.place(entry, .market, 100)
    let closing: Side = entry == .buy ? .sell : .buy
    let result = bench.place(
      closing, kind, 100, limit: limit, trigger: trigger, reduceOnly: true)
    #expect(result.word == "placed" && result.fills.isEmpty)
    return bench
  }

  @Test(
    arguments: [
      (Side.buy, VenueOrderKind.stop, 49_500, 49_501, 49_500),
      (.sell, .stop, 50_500, 50_499, 50_500),
      (.buy, .takeProfit, 50_500, 50_499, 50_500),
      (.sell, .takeProfit, 49_500, 49_501, 49_500),
    ] as [(Side, VenueOrderKind, Int64, Int64, Int64)])
  func `fire at their level and not a tick before`(
    _ entry: Side, _ kind: VenueOrderKind, _ trigger: Int64, _ near: Int64, _ at: Int64
  ) throws {
    var bench = try bench(entry, kind, trigger)
    bench.walk([near])
    #expect(bench.position() != 0)
    bench.walk([at])
    #expect(bench.position() == 0)
    let exit = try #require(bench.book.fills.last)
    #expect(abs(exit.price.ticks - trigger) == 1)
    #expect(!exit.isMaker)
    bench.expectLaws()
  }

  @Test func `fire around their level when the path passes it`() throws {
    var bench = try bench(.buy, .stop, 49_500)
    bench.walk([40_000])
    #expect(bench.book.fills.last?.price.ticks == 49_499)
  }

  @Test func `fire at the price after a gap`() throws {
    var bench = try bench(.buy, .stop, 49_500)
    bench.jump(40_000)
    #expect(bench.book.fills.last?.price.ticks == 39_999)
    #expect(bench.position() == 0)
  }

  @Test func `see an excursion between two points of the path`() throws {
    var bench = try bench(.buy, .stop, 49_500)
    bench.walk([49_400, 50_000])
    #expect(bench.position() == 0)
    #expect(bench.machine.prices[MarketSample.id("PF_XBTUSD")]?.ticks == 50_000)
  }

  @Test func `fire at once when the mark is already beyond them`() throws {
    var bench = try bench(.buy, .stop, 50_100)
    bench.walk([50_000])
    #expect(bench.position() == 0)
  }

  @Test func `with a limit the price has left do not fill`() throws {
    var bench = try bench(.buy, .stop, 49_500, limit: 49_400)
    bench.jump(49_000)
    #expect(bench.position() == 100)
    #expect(bench.book.open.isEmpty)
  }

  @Test func `of another instrument stay as they are`() throws {
    var bench = try bench(.buy, .stop, 49_500)
    bench.walk([100], of: "PF_ETHUSD")
    #expect(bench.position() == 100)
  }

  @Test func `cover a position from the moment they rest`() throws {
    var bench = try VenueBench()
    let id = MarketSample.id("PF_XBTUSD")
    bench.place(.buy, .market, 100)
    let bare = bench.now.wall
    #expect(bench.book.holdings[id]?.uncoveredSince == bare)
    bench.wait(700)
    bench.place(.sell, .stop, 60, trigger: 49_000, reduceOnly: true)
    #expect(bench.book.holdings[id]?.uncoveredSince == bare)
    let stop = bench.place(.sell, .stop, 40, trigger: 49_000, reduceOnly: true)
    #expect(bench.book.holdings[id]?.uncoveredSince == nil)
    #expect(bench.book.stopCover(id).lots == 100)
    bench.cancel(stop.order?.id)
    #expect(bench.book.holdings[id]?.uncoveredSince == bench.now.wall)
    #expect(bench.book.stopCover(id).lots == 60)
  }

  @Test func `that do not close, or are no stop, cover nothing`() throws {
    var bench = try VenueBench()
    let id = MarketSample.id("PF_XBTUSD")
    bench.place(.buy, .market, 100)
    bench.place(.buy, .stop, 100, trigger: 51_000, reduceOnly: true)
    bench.place(.sell, .takeProfit, 100, trigger: 51_000, reduceOnly: true)
    bench.place(.sell, .stop, 100, trigger: 49_000)
    #expect(bench.book.stopCover(id) == .zero)
  }
}
