import Domain
import Testing

@testable import SimulatedVenue

/// How long positions were without a full stop, as the judge is told.
@Suite("exposures")
struct ExposureTests {
  private func uncoveredSince(_ bench: VenueBench) -> WallTime? {
    bench.book.lanes[VenueBench.bitcoin]?.uncoveredSince
  }

  @Test func `a position without its stop for a while is remembered when it gets one`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 10)
    let since = bench.now.wall
    #expect(uncoveredSince(bench) == since)
    bench.wait(6000)
    bench.place(.sell, .stop, 10, trigger: 49_000, reduceOnly: true)
    let exposure = Exposure(
      instrument: VenueBench.bitcoin, since: since, until: bench.now.wall)
    #expect(bench.book.exposures == [exposure] && bench.folded.exposures == [exposure])
    #expect(uncoveredSince(bench) == nil && bench.book.findingCount == 1)
  }

  @Test func `a stop for a part of it covers nothing`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 10)
    let bare = bench.now.wall
    bench.wait(2000)
    bench.place(.sell, .stop, 9, trigger: 49_000, reduceOnly: true)
    #expect(bench.book.exposures.isEmpty && uncoveredSince(bench) == bare)
    let rest = bench.place(.sell, .trailingStop, 1, reduceOnly: true) { $0.trailing = .ticks(50) }
    #expect(uncoveredSince(bench) == nil)
    #expect(bench.book.stopCover(VenueBench.bitcoin).lots == 10)
    bench.cancel(rest.order?.id)
    #expect(uncoveredSince(bench) == bench.now.wall)
  }

  @Test func `a stop in the next moment leaves no exposure`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 10)
    bench.wait(900)
    bench.place(.sell, .stop, 10, trigger: 49_000, reduceOnly: true)
    #expect(bench.book.exposures.isEmpty)
  }

  @Test func `what does not close, or is no stop, covers nothing`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 100)
    bench.place(.buy, .stop, 100, trigger: 51_000, reduceOnly: true)
    bench.place(.sell, .takeProfit, 100, trigger: 51_000, reduceOnly: true)
    bench.place(.sell, .stop, 100, trigger: 49_000)
    #expect(bench.book.stopCover(VenueBench.bitcoin) == .zero)
    #expect(uncoveredSince(bench) != nil)
  }

  @Test func `a position that grows, or an edit of its stop, uncovers it`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 10)
    let stop = bench.place(.sell, .stop, 10, trigger: 49_000, reduceOnly: true).order?.id
    bench.place(.buy, .market, 1)
    #expect(uncoveredSince(bench) == bench.now.wall)
    bench.edit(stop, lots: 11)
    #expect(uncoveredSince(bench) == nil)
    bench.edit(stop, lots: 5)
    #expect(uncoveredSince(bench) == bench.now.wall)
  }

  @Test func `a position that is closed was without a stop until then`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 10)
    bench.wait(5000)
    bench.place(.sell, .market, 10)
    #expect(bench.book.exposures.count == 1 && uncoveredSince(bench) == nil)
  }

  @Test func `the venue's own absence is nobody's exposure`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 10)
    bench.wait(60_000)
    bench.machine.reopen(now: bench.now)
    bench.keep()
    bench.wait(500)
    bench.place(.sell, .stop, 10, trigger: 49_000, reduceOnly: true)
    #expect(bench.book.exposures.isEmpty)
    try bench.expectLaws()
  }

  @Test func `what is found goes on being counted when no more is listed`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 10, id: "a")
    for _ in 0..<1100 { bench.place(.buy, .market, 10, id: "a") }
    #expect(bench.book.repeats.count == VenueBook.mostFindings)
    #expect(bench.book.findingCount == 1100 && bench.position() == 10)
    #expect(bench.book == bench.folded)
  }
}
