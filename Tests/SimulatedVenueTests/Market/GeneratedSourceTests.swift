import Domain
import Testing

@testable import SimulatedVenue

@Suite("a generated market")
struct GeneratedSourceTests {
  private func source(_ seed: UInt64, _ symbol: String = "PF_XBTUSD") throws -> GeneratedSource {
    GeneratedSource(instrument: try MarketSample.instrument(symbol), seed: seed)
  }

  private func minute(_ number: Int64) -> MarketTime {
    GeneratedSource.present.advanced(byMilliseconds: number * 60_000)
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `a bar is the same whatever was asked before it`(seed: UInt64) throws {
    var forward = try source(seed)
    var random = SplitMix(seed: seed)
    let bars = (0..<5000).map { forward.bar(openTime: minute($0)) }
    var jumping = try source(seed)
    for _ in 0..<40 {
      _ = jumping.bar(openTime: minute(Int64(random.whole(-500_000...5_000_000))))
      let index = random.whole(0...4999)
      #expect(jumping.bar(openTime: minute(Int64(index))) == bars[index])
    }
  }

  @Test func `seeds and instruments have markets of their own`() throws {
    func closes(_ seed: UInt64, _ symbol: String) throws -> [Double] {
      var source = try source(seed, symbol)
      return (0..<500).compactMap { source.bar(openTime: minute($0)) }
        .map { Double($0.close.ticks) / Double($0.open.ticks) }
    }
    #expect(try closes(1, "PF_XBTUSD") == closes(1, "PF_XBTUSD"))
    #expect(try closes(1, "PF_XBTUSD") != closes(2, "PF_XBTUSD"))
    #expect(try closes(1, "PF_XBTUSD") != closes(1, "PF_ETHUSD"))
  }

  /// Written down once: a change of the generator is a change of every recorded seed.
  @Test func `the first bars of seed 1 are the ones they always were`() throws {
    var source = try source(1)
    let bars = (0..<3).compactMap { source.bar(openTime: minute($0)) }
    #expect(
      bars.map { [$0.open.ticks, $0.high.ticks, $0.low.ticks, $0.close.ticks, $0.volume.lots] }
        == [
          [87310, 87376, 87308, 87356, 96329], [87356, 87374, 87349, 87374, 64496],
          [87374, 87397, 87312, 87324, 84777],
        ])
  }

  @Test(arguments: StandardInstruments.ids.map(\.symbol))
  func `moves like a market of one-minute bars`(symbol: String) throws {
    var source = try source(7, symbol)
    let bars = (0..<43_200).compactMap { source.bar(openTime: minute($0)) }
    let moves = bars.map { abs(Double($0.close.ticks) / Double($0.open.ticks) - 1) }
    let mean = moves.reduce(0, +) / Double(moves.count)
    #expect((0.0003...0.0015).contains(mean), "mean move \(mean)")
    #expect(try #require(moves.max()) < 0.03)
    // Volatility comes in clusters: a move says something of the one ten minutes later.
    let pairs = zip(moves, moves.dropFirst(10)).map { ($0 - mean) * ($1 - mean) }
    let variance = moves.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
    #expect(pairs.reduce(0, +) / variance > 0.05)
    // Minutes without a trade, and opens away from the last close.
    #expect((10...500).contains(43_200 - bars.count), "\(43_200 - bars.count) missing")
    let jumps = zip(bars, bars.dropFirst()).filter {
      abs(Double($1.open.ticks) / Double($0.close.ticks) - 1) > 0.0005
    }
    #expect(jumps.count > 10)
  }

  @Test(arguments: ["PF_XBTUSD", "PF_PEPEUSD"], [1, 2, 3] as [UInt64])
  func `stays within a factor of 4 of its typical price for ever`(symbol: String, seed: UInt64)
    throws
  {
    let instrument = try MarketSample.instrument(symbol)
    var source = try source(seed, symbol)
    let typical = StandardInstruments.typicalPrice(instrument).ticks
    for century in 0..<50 as Range<Int64> {
      let bar = source.firstBar(atOrAfter: minute(century * 52_596_000 + century * 777))
      #expect((typical / 4...typical * 4).contains(try #require(bar).close.ticks))
    }
  }

  @Test func `days meet without a jump larger than a bar makes`() throws {
    var source = try source(11)
    for day in -100..<50 as Range<Int64> {
      let last = source.lastBar(atOrBefore: minute(day * 1440 - 1))
      let first = source.bar(openTime: minute(day * 1440))
      let ratio = try Double(#require(first).open.ticks) / Double(#require(last).close.ticks)
      #expect(abs(ratio - 1) < 0.01)
    }
  }

  @Test func `has history behind it and no end`() throws {
    var source = try source(1)
    #expect(source.end == nil)
    #expect(source.start < GeneratedSource.present)
    let before = source.start.advanced(byMilliseconds: -1)
    #expect(source.lastBar(atOrBefore: before) == nil)
    #expect(source.firstBar(atOrAfter: before)?.openTime == source.start)
    #expect(source.bar(openTime: before) == nil)
    #expect(source.bar(openTime: minute(0).advanced(byMilliseconds: 1)) == nil)
    #expect(source.bar(openTime: minute(0))?.openTime == GeneratedSource.present)
  }
}
