import Domain
import Testing

@testable import SimulatedVenue

@Suite("trailing stops")
struct TrailingStopTests {
  private func bench(
    _ entry: Side, _ distance: PriceOffset, _ adjust: (inout OrderRequest) -> Void = { _ in }
  ) throws -> VenueBench {
    var bench = try VenueBench()
    bench.place(entry, .market, 100)
    bench.place(entry.opposite, .trailingStop, 100, reduceOnly: true, id: "trail") {
      $0.trailing = distance
      adjust(&$0)
    }
    return bench
  }

  private func trigger(_ bench: VenueBench) -> Int64? {
    bench.book.order(named: "trail")?.trigger?.ticks
  }

  @Test func `begin at their distance from the price`() throws {
    #expect(trigger(try bench(.buy, .millionths(20_000))) == 49_000)
    #expect(trigger(try bench(.sell, .millionths(20_000))) == 51_000)
    #expect(trigger(try bench(.buy, .ticks(300))) == 49_700)
    #expect(trigger(try bench(.sell, .ticks(300))) == 50_300)
  }

  @Test func `follow a price that wins and stay when it loses`() throws {
    var long = try bench(.buy, .millionths(20_000))
    long.walk([52_000])
    #expect(trigger(long) == 50_960)
    long.walk([51_000, 51_500])
    #expect(trigger(long) == 50_960)
    #expect(long.position() == 100)
    long.walk([50_500])
    #expect(long.position() == 0)
    #expect(long.fills.last?.price.ticks == 50_959)
    var short = try bench(.sell, .ticks(300))
    short.walk([49_000, 49_299])
    #expect(trigger(short) == 49_300)
    #expect(short.position() == -100)
    short.walk([49_300])
    #expect(short.position() == 0)
    try short.expectLaws()
  }

  @Test func `go off at the price behind a gap`() throws {
    var bench = try bench(.buy, .ticks(300))
    bench.walk([51_000])
    bench.jump(49_000)
    #expect(bench.fills.last?.price.ticks == 48_999)
  }

  @Test(arguments: TriggerSignal.allCases)
  func `follow the price they are told to`(_ signal: TriggerSignal) throws {
    var bench = try bench(.buy, .ticks(300)) { $0.signal = signal }
    bench.move(
      last: signal == .last ? 50_000 : 52_000, mark: signal == .mark ? 50_000 : 52_000,
      index: signal == .index ? 50_000 : 52_000)
    #expect(trigger(bench) == 49_700)
    bench.move(last: 50_500, mark: 50_500, index: 50_500)
    #expect(trigger(bench) == 50_200)
  }

  @Test func `keep their trigger over a new life of the venue`() throws {
    var bench = try bench(.buy, .ticks(300))
    bench.walk([52_000, 51_800])
    #expect(bench.folded.order(named: "trail")?.trigger?.ticks == 51_700)
    let market = bench.machine.markets[VenueBench.bitcoin]
    bench.machine = VenueMachine(book: bench.folded, seed: 7)
    bench.machine.jump(VenueBench.bitcoin, to: try #require(market))
    bench.walk([51_701])
    #expect(bench.position() == 100)
    bench.walk([51_700])
    #expect(bench.position() == 0)
  }

  @Test func `never loosen, however the price goes`() throws {
    for seed in 1...20 as ClosedRange<UInt64> {
      var random = SplitMix(seed: seed)
      var bench = try bench(seed % 2 == 0 ? .buy : .sell, .millionths(30_000))
      var last = try #require(trigger(bench))
      while bench.position() != 0, bench.records.count < 2000 {
        bench.walk([50_000 + Int64(random.whole(-2500...2500))])
        guard let next = trigger(bench) else { break }
        #expect(seed % 2 == 0 ? next >= last : next <= last, "seed \(seed)")
        last = next
      }
      #expect(bench.position() == 0, "seed \(seed)")
    }
  }

  @Test func `take a closer distance with the next price and leave a wider one`() throws {
    var bench = try bench(.buy, .ticks(300))
    let id = bench.book.order(named: "trail")?.id
    #expect(bench.edit(id, trailing: .ticks(100)).word == "edited")
    bench.walk([50_000])
    #expect(trigger(bench) == 49_900)
    #expect(bench.edit(id, trailing: .ticks(1000)).word == "edited")
    bench.walk([50_100])
    #expect(trigger(bench) == 49_900)
    #expect(bench.edit(id, lots: 60).word == "edited")
    #expect(bench.book.stopCover(VenueBench.bitcoin).lots == 60)
  }
}
