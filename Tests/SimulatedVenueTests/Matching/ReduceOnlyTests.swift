import Domain
import Testing

@testable import SimulatedVenue

@Suite("an order that may only reduce")
struct ReduceOnlyTests {
  private static let word = "wouldNotReducePosition"

  @Test(arguments: [VenueOrderKind.market, .immediateOrCancel, .limit])
  func `closes the position and no lot more`(_ kind: VenueOrderKind) throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 300)
    let result = bench.place(.sell, kind, 1000, limit: 49_900, reduceOnly: true)
    #expect(result.fills.map(\.quantity.lots) == [300])
    #expect(result.order?.status == .cancelled)
    #expect(bench.lastReason(result.order?.id) == .wouldNotReduce)
    #expect(bench.position() == 0)
    try bench.expectLaws()
  }

  @Test func `is cut to what the position is when its price comes`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 300)
    bench.place(.sell, .limit, 300, limit: 51_000, reduceOnly: true, id: "rest")
    bench.place(.sell, .market, 200)
    bench.walk([51_001])
    #expect(bench.position() == 0)
    #expect(bench.fills.last?.quantity.lots == 100)
    #expect(bench.book.order(named: "rest")?.status == .cancelled)
    try bench.expectLaws()
  }

  @Test func `never turns a position that has changed sides`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 300)
    let limit = bench.place(.sell, .limit, 300, limit: 51_000, reduceOnly: true).order?.id
    let stop = bench.place(.sell, .stop, 300, trigger: 49_000, reduceOnly: true).order?.id
    bench.place(.sell, .market, 500)
    bench.walk([51_500, 48_500])
    #expect(bench.position() == -200)
    for id in [limit, stop] { #expect(bench.lastReason(id) == .wouldNotReduce) }
    try bench.expectLaws()
  }

  @Test func `as a trigger may wait while flat, and then does nothing`() throws {
    var bench = try VenueBench()
    let stop = bench.place(.sell, .stop, 10, trigger: 49_000, reduceOnly: true)
    #expect(stop.word == "placed")
    bench.walk([48_000])
    #expect(bench.position() == 0)
    #expect(bench.lastReason(stop.order?.id) == .wouldNotReduce)
  }

  @Test func `as a trigger may not wait while flat where the policy says so`() throws {
    var bench = try VenueBench()
    bench.change { $0.triggerWhileFlat = false }
    #expect(bench.place(.sell, .stop, 10, trigger: 49_000, reduceOnly: true).word == Self.word)
    bench.place(.buy, .market, 10)
    #expect(bench.place(.buy, .stop, 10, trigger: 51_000, reduceOnly: true).word == Self.word)
    #expect(bench.place(.sell, .stop, 10, trigger: 49_000, reduceOnly: true).word == "placed")
    #expect(bench.place(.sell, .stop, 10, trigger: 49_000).word == "placed")
  }

  /// A long of 100, a resting reduce-only limit of 60, a waiting stop of 100; then another of each.
  @Test(
    arguments: [
      (.none, "placed", "placed", "placed"),
      (.resting, word, "placed", "placed"),
      (.triggers, word, word, word),
    ] as [(VenuePolicies.ReduceOnlySum, String, String, String)])
  func `is added up against the position as the policy says`(
    _ policy: VenuePolicies.ReduceOnlySum, _ limit: String, _ stop: String, _ small: String
  ) throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 100)
    bench.place(.sell, .limit, 60, limit: 51_000, reduceOnly: true)
    bench.place(.sell, .stop, 100, trigger: 49_000, reduceOnly: true)
    bench.change { $0.reduceOnlySum = policy }
    #expect(bench.place(.sell, .limit, 41, limit: 51_000, reduceOnly: true).word == limit)
    #expect(bench.place(.sell, .stop, 100, trigger: 48_000, reduceOnly: true).word == stop)
    #expect(bench.place(.sell, .limit, 1, limit: 51_000, reduceOnly: true).word == small)
    try bench.expectLaws()
  }

  @Test func `is added up without the triggers where those do not count`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 100)
    bench.place(.sell, .stop, 100, trigger: 49_000, reduceOnly: true)
    bench.change { $0.reduceOnlySum = .resting }
    let id = bench.place(.sell, .limit, 100, limit: 51_000, reduceOnly: true).order?.id
    #expect(bench.place(.sell, .market, 1, reduceOnly: true).word == Self.word)
    // An edit is not added to its own old form.
    #expect(bench.edit(id, lots: 100, limit: 51_100).word == "edited")
    #expect(bench.edit(id, lots: 101).word == Self.word)
    #expect(bench.edit(id, lots: 40).word == "edited")
    #expect(bench.place(.sell, .market, 60, reduceOnly: true).word == "placed")
    try bench.expectLaws()
  }

  @Test(arguments: VenuePolicies.ReduceOnlySum.allCases, 1...10 as ClosedRange<UInt64>)
  func `never reverses, whatever is sent`(
    _ policy: VenuePolicies.ReduceOnlySum, _ seed: UInt64
  ) throws {
    var random = SplitMix(seed: seed)
    var bench = try VenueBench()
    bench.change { $0.reduceOnlySum = policy }
    bench.place(seed % 2 == 0 ? .buy : .sell, .market, 1000)
    var before = bench.position()
    for _ in 0..<100 {
      let kind = VenueOrderKind.allCases[random.whole(0...7)]
      let price = 50_000 + Int64(random.whole(-300...300))
      bench.place(
        random.oneIn(2) ? .buy : .sell, kind, Int64(random.whole(1...700)),
        limit: kind.isTrigger ? nil : price, trigger: kind.isTrigger ? price : nil,
        reduceOnly: true
      ) { if kind == .trailingStop { $0.trailing = .ticks(100) } }
      if random.oneIn(3) { bench.walk([50_000 + Int64(random.whole(-400...400))]) }
      let after = bench.position()
      #expect(abs(after) <= abs(before) && after * before >= 0, "seed \(seed)")
      before = after
    }
    try bench.expectLaws("seed \(seed)")
  }
}
