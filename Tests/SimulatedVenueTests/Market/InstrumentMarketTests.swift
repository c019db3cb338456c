import Domain
import Testing

@testable import SimulatedVenue

@Suite("the market of one instrument")
struct InstrumentMarketTests {
  /// Two bars, a gap of three minutes, one bar.
  private func gapped() throws -> InstrumentMarket {
    InstrumentMarket(
      source: try MarketSample.source([
        MarketSample.bar((100, 110, 70, 90), minute: 0),
        MarketSample.bar((95, 99, 94, 98), minute: 1),
        MarketSample.bar((120, 130, 119, 125), minute: 5),
      ]))
  }

  @Test func `has no price before its first bar, the last close in a gap and after the end`() throws
  {
    var market = try gapped()
    #expect(market.price(at: MarketSample.time(0, milliseconds: -1)) == nil)
    #expect(market.price(at: MarketSample.time(0))?.ticks == 100)
    #expect(market.price(at: MarketSample.time(0, milliseconds: 59_999))?.ticks == 90)
    #expect(market.price(at: MarketSample.time(1))?.ticks == 95)
    #expect(market.price(at: MarketSample.time(3))?.ticks == 98)
    #expect(market.price(at: MarketSample.time(5))?.ticks == 120)
    #expect(market.price(at: MarketSample.time(1000))?.ticks == 125)
  }

  @Test func `a path tells every turning point once, gaps as jumps`() throws {
    var market = try gapped()
    let path = market.path(from: MarketSample.time(0), to: MarketSample.time(5))
    try #require(path.map(\.1.ticks) == [110, 70, 90, 95, 94, 99, 98, 98, 120])
    #expect(path[2].0 == MarketSample.time(0, milliseconds: 59_999))
    #expect(path[3].0 == MarketSample.time(1))
    #expect(path[7].0 == MarketSample.time(5, milliseconds: -1))
    #expect(path[8].0 == MarketSample.time(5))
    #expect(zip(path, path.dropFirst()).allSatisfy { $0.0 < $1.0 })
  }

  @Test func `in a gap the path stands still`() throws {
    var market = try gapped()
    let path = market.path(from: MarketSample.time(2), to: MarketSample.time(4))
    #expect(path.map(\.1.ticks) == [98])
    #expect(path.map(\.0) == [MarketSample.time(4)])
    #expect(market.path(from: MarketSample.time(4), to: MarketSample.time(4)).isEmpty)
    #expect(
      market.path(from: MarketSample.time(-9), to: MarketSample.time(-5)).isEmpty)
  }

  @Test(arguments: 1...30 as ClosedRange<UInt64>)
  func `a path asked for in pieces is the same path`(seed: UInt64) throws {
    var market = InstrumentMarket(
      source: GeneratedSource(instrument: try MarketSample.instrument(), seed: seed))
    let from = GeneratedSource.present
    let to = from.advanced(byMilliseconds: 7_200_000)
    let whole = market.path(from: from, to: to)
    var random = SplitMix(seed: seed)
    var pieces: [(MarketTime, Price)] = []
    var cursor = from
    while cursor < to {
      let next = min(to, cursor.advanced(byMilliseconds: Int64(random.whole(1...400_000))))
      pieces += market.path(from: cursor, to: next)
      cursor = next
    }
    let highest = pieces.map(\.1).max()
    #expect(highest == whole.map(\.1).max())
    #expect(pieces.map(\.1).min() == whole.map(\.1).min())
    let turns = Set(whole.map(\.0))
    #expect(pieces.filter { turns.contains($0.0) }.map(\.1) == whole.map(\.1))
    for (time, price) in pieces { #expect(market.price(at: time) == price) }
  }

  @Test func `a path is bounded and goes on from its last point`() throws {
    var market = InstrumentMarket(
      source: GeneratedSource(instrument: try MarketSample.instrument(), seed: 1))
    let from = GeneratedSource.present
    let to = from.advanced(byMilliseconds: 2 * 86_400_000)
    let first = market.path(from: from, to: to)
    #expect(first.count == InstrumentMarket.maximumPoints)
    let last = try #require(first.last)
    let second = market.path(from: last.0, to: to)
    #expect(second.last?.0 == to)
    #expect(try #require(second.first).0 > last.0)
  }
}
