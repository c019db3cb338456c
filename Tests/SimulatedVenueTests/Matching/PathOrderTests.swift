import Domain
import Testing

@testable import SimulatedVenue

@Suite("what a moving price meets first")
struct PathOrderTests {
  @Test func `is the nearest limit`() throws {
    var bench = try VenueBench()
    for limit in [49_000, 49_800, 49_500] as [Int64] { bench.place(.buy, .limit, 1, limit: limit) }
    bench.walk([48_000])
    #expect(bench.fills.map(\.price.ticks) == [49_800, 49_500, 49_000])
  }

  @Test func `is the earlier of two at one price`() throws {
    var bench = try VenueBench()
    for id in ["first", "second", "third"] { bench.place(.buy, .limit, 10, limit: 49_000, id: id) }
    bench.edit(bench.book.order(named: "first")?.id, lots: 20)
    bench.walk([49_000])
    #expect(bench.fills.map(\.clientOrderID) == ["first", "second", "third"])
    #expect(bench.fills.map(\.quantity.lots) == [20, 10, 10])
  }

  @Test(arguments: [false, true])
  func `two triggers and a limit, by their levels`(_ isGap: Bool) throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 300)
    bench.place(.sell, .stop, 100, trigger: 49_600, reduceOnly: true, id: "late")
    bench.place(.buy, .limit, 50, limit: 49_700, id: "limit")
    bench.place(.sell, .stop, 100, trigger: 49_800, reduceOnly: true, id: "early")
    if isGap { bench.jump(49_000) } else { bench.walk([49_000]) }
    let met = bench.fills.dropFirst()
    #expect(met.map(\.clientOrderID) == ["early", "limit", "late"])
    #expect(
      met.map(\.price.ticks) == (isGap ? [48_999, 49_700, 48_999] : [49_799, 49_700, 49_599]))
    #expect(met.map(\.marketTime) == met.map(\.marketTime).sorted())
    #expect(bench.position() == 150)
    try bench.expectLaws()
  }

  @Test func `each by its own signal, along one way`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 100)
    bench.place(.buy, .limit, 10, limit: 49_200, id: "far-limit")
    bench.place(.sell, .stop, 100, trigger: 49_900, reduceOnly: true, id: "mark-stop")
    bench.place(.buy, .limit, 10, limit: 49_800, id: "near-limit")
    bench.place(.sell, .stop, 5, trigger: 49_970, reduceOnly: true, id: "index-stop") {
      $0.signal = .index
    }
    // The index passes 49,970 after 3/4 of the way, the mark its stop after a half.
    bench.move(last: 49_000, mark: 49_800, index: 49_960)
    let met = bench.fills.dropFirst()
    #expect(
      met.map(\.clientOrderID) == ["near-limit", "mark-stop", "index-stop", "far-limit"])
    #expect(met.map(\.price.ticks) == [49_800, 49_499, 49_249, 49_200])
    #expect(bench.position() == 15)
    try bench.expectLaws()
  }

  @Test func `a stop that leaves nothing takes the take-profit with it when that is met`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 100)
    bench.place(.sell, .stop, 100, trigger: 49_500, reduceOnly: true)
    let profit = bench.place(.sell, .takeProfit, 100, trigger: 50_500, reduceOnly: true).order?.id
    bench.walk([49_000, 51_000])
    #expect(bench.position() == 0)
    #expect(bench.book.orders[try #require(profit)]?.status == .cancelled)
    #expect(bench.lastReason(profit) == .wouldNotReduce)
  }

  @Test func `a trailing stop that is raised on the way falls on the way back`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 100)
    bench.place(.sell, .trailingStop, 100, reduceOnly: true) { $0.trailing = .ticks(500) }
    bench.place(.sell, .limit, 10, limit: 50_900)
    bench.walk([51_000, 50_000])
    #expect(bench.fills.dropFirst().map(\.price.ticks) == [50_900, 50_499])
    #expect(bench.position() == 0)
  }

  @Test func `a limit that a trigger opened against executes in the same moment or later`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .stop, 100, trigger: 50_500, id: "entry")
    bench.place(.sell, .stop, 100, trigger: 50_200, reduceOnly: true, id: "stop")
    bench.place(.sell, .takeProfit, 100, trigger: 50_900, reduceOnly: true, id: "profit")
    // The stop is beyond its level already: while flat it does nothing and is gone.
    bench.walk([50_450])
    #expect(bench.book.order(named: "stop")?.status == .cancelled)
    bench.walk([51_000])
    #expect(bench.fills.map(\.clientOrderID) == ["entry", "profit"])
    #expect(bench.position() == 0)
    try bench.expectLaws()
  }
}
