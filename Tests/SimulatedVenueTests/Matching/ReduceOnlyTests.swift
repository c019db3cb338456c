import Domain
import Testing

@testable import SimulatedVenue

@Suite("an order that may only reduce")
struct ReduceOnlyTests {
  @Test(arguments: [VenueOrderKind.market, .immediateOrCancel])
  func `closes the position and no lot more`(_ kind: VenueOrderKind) throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 300)
    let result = bench.place(.sell, kind, 1000, limit: 49_900, reduceOnly: true)
    #expect(result.fills.map(\.quantity.lots) == [300])
    #expect(result.order?.status == .cancelled)
    #expect(bench.position() == 0)
    bench.expectLaws()
  }

  @Test func `is refused when there is nothing to reduce`() throws {
    var bench = try VenueBench()
    let word = "wouldNotReducePosition"
    #expect(bench.place(.sell, .market, 10, reduceOnly: true).word == word)
    bench.place(.sell, .market, 10)
    #expect(bench.place(.sell, .market, 10, reduceOnly: true).word == word)
    #expect(bench.place(.sell, .limit, 10, limit: 51_000, reduceOnly: true).word == word)
    #expect(bench.place(.buy, .limit, 10, limit: 49_000, reduceOnly: true).word == "placed")
  }

  @Test func `as a trigger may wait while flat, and then does nothing`() throws {
    var bench = try VenueBench()
    let stop = bench.place(.sell, .stop, 10, trigger: 49_000, reduceOnly: true)
    #expect(stop.word == "placed")
    bench.walk([48_000])
    #expect(bench.position() == 0)
    #expect(bench.book.orders[try #require(stop.order).id]?.status == .cancelled)
  }

  @Test func `resting against a position that shrank is cut to it`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 300)
    bench.place(.sell, .limit, 300, limit: 51_000, reduceOnly: true)
    bench.place(.sell, .stop, 200, trigger: 49_000, reduceOnly: true)
    bench.walk([48_500])
    #expect(bench.position() == 100)
    bench.walk([52_000])
    #expect(bench.position() == 0)
    #expect(bench.book.open.isEmpty)
    bench.expectLaws()
  }

  @Test func `two stops over the same position do not reverse it`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 300)
    bench.place(.sell, .stop, 300, trigger: 49_000, reduceOnly: true)
    bench.place(.sell, .stop, 300, trigger: 49_000, reduceOnly: true)
    bench.walk([48_000])
    #expect(bench.position() == 0)
    #expect(bench.book.fills.count == 2)
    bench.expectLaws()
  }
}
