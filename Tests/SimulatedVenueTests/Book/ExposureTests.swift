import Domain
import Testing

@testable import SimulatedVenue

/// How long positions were without a full stop, as the judge is told.
@Suite("exposures")
struct ExposureTests {
  @Test func `a position without its stop for a while is remembered when it gets one`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 10)
    let since = bench.now.wall
    bench.wait(6000)
    bench.place(.sell, .stop, 10, trigger: 49_000, reduceOnly: true)
    #expect(
      bench.book.exposures == [
        Exposure(instrument: MarketSample.id("PF_XBTUSD"), since: since, until: bench.now.wall)
      ])
    #expect(bench.book.holdings[MarketSample.id("PF_XBTUSD")]?.uncoveredSince == nil)
  }

  @Test func `a stop for a part of it covers nothing`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 10)
    bench.wait(2000)
    bench.place(.sell, .stop, 9, trigger: 49_000, reduceOnly: true)
    #expect(bench.book.exposures.isEmpty)
    #expect(bench.book.holdings[MarketSample.id("PF_XBTUSD")]?.uncoveredSince != nil)
  }

  @Test func `a stop in the next moment leaves no exposure`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 10)
    bench.wait(900)
    bench.place(.sell, .stop, 10, trigger: 49_000, reduceOnly: true)
    #expect(bench.book.exposures.isEmpty)
  }

  @Test func `the venue's own absence is nobody's exposure`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 10)
    bench.wait(60_000)
    bench.machine.reopen(at: bench.now.wall)
    bench.wait(500)
    bench.place(.sell, .stop, 10, trigger: 49_000, reduceOnly: true)
    #expect(bench.book.exposures.isEmpty)
  }
}
