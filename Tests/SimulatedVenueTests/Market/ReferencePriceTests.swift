import Domain
import Testing

@testable import SimulatedVenue

@Suite("mark and index beside the last price")
struct ReferencePriceTests {
  private func market(_ seed: UInt64, _ symbol: String = "PF_XBTUSD") throws -> InstrumentMarket {
    InstrumentMarket(
      contract: try #require(StandardInstruments.contract(MarketSample.id(symbol))),
      source: GeneratedSource(instrument: try MarketSample.instrument(symbol), seed: seed),
      seed: seed)
  }

  private static let from = GeneratedSource.present
  private static let to = from.advanced(byMilliseconds: 8 * 3_600_000)

  @Test(arguments: 1...6 as ClosedRange<UInt64>, ["PF_XBTUSD", "PF_PEPEUSD", "PF_ADAUSD"])
  func `they never leave their band, and are not the last price`(seed: UInt64, symbol: String)
    throws
  {
    var market = try market(seed, symbol)
    let points = market.points(from: Self.from, to: Self.to)
    #expect(points.count > 1900)
    for point in points {
      let index = point.last.ticks * ReferencePrices.widestIndex / Premium.whole + 2
      let mark = point.index.ticks * ReferencePrices.widestMark / Premium.whole + 2
      #expect(abs(point.index.ticks - point.last.ticks) <= index)
      #expect(abs(point.mark.ticks - point.index.ticks) <= mark)
    }
    // A tick of PF_ADAUSD is more than a basis point.
    #expect(
      points.contains { $0.mark != $0.last && (symbol == "PF_ADAUSD" || $0.mark != $0.index) })
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `the path is one line, whatever pieces it is asked for in`(seed: UInt64) throws {
    var market = try market(seed)
    let whole = market.points(from: Self.from, to: Self.to)
    var random = SplitMix(seed: seed)
    var cursor = Self.from
    var pieces: [MarketPoint] = []
    while cursor < Self.to {
      let next = min(Self.to, cursor.advanced(byMilliseconds: Int64(random.whole(1...900_000))))
      pieces += market.points(from: cursor, to: next)
      cursor = next
    }
    let turns = Set(whole.map(\.time))
    #expect(pieces.filter { turns.contains($0.time) } == whole)
    for point in pieces {
      let again = market.point(at: point.time)
      #expect(again == point)
    }
    #expect(zip(whole, whole.dropFirst()).allSatisfy { $0.time < $1.time })
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `between two points nothing is off the line`(seed: UInt64) throws {
    var market = try market(seed)
    let points = market.points(
      from: Self.from, to: Self.from.advanced(byMilliseconds: 3_600_000))
    var random = SplitMix(seed: seed)
    for (left, right) in zip(points, points.dropFirst()) {
      let length = right.time.milliseconds - left.time.milliseconds
      guard length > 1 else { continue }
      let moment = left.time.advanced(byMilliseconds: Int64(random.whole(0...Int(length))))
      let pointKnown = market.point(at: moment)
      let point = try #require(pointKnown)
      for price in MarketPrice.allCases {
        let ends = [price.value(left), price.value(right)].sorted()
        #expect((ends[0]...ends[1]).contains(price.value(point)))
      }
    }
  }

  @Test func `a wick reaches further on the last price than on the index`() throws {
    let bar = try MarketSample.bar((50_000, 50_400, 49_990, 50_000))
    let contract = try #require(StandardInstruments.contract(MarketSample.id("PF_XBTUSD")))
    var market = InstrumentMarket(
      contract: contract, source: try MarketSample.source([bar]), seed: 3)
    let points = market.points(from: MarketSample.time(-1), to: MarketSample.time(1))
    let high = try #require(points.max { $0.last < $1.last })
    #expect(high.last.ticks == 50_400)
    #expect((50_300...50_365).contains(high.index.ticks))
  }

  @Test func `without a seed they are the last price`() throws {
    var market = InstrumentMarket(
      source: try MarketSample.source([MarketSample.bar((100, 110, 70, 90))]))
    let points = market.points(from: MarketSample.time(-1), to: MarketSample.time(1))
    #expect(points.allSatisfy { $0.mark == $0.last && $0.index == $0.last })
    #expect(market.fundingRate(at: MarketSample.time(0)) == .zero)
  }

  @Test func `recorded marks are followed as the last price turns`() throws {
    let bars = [
      try MarketSample.bar((100, 110, 70, 90), minute: 0),
      try MarketSample.bar((90, 95, 85, 92), minute: 1),
    ]
    let marks = try MarketSample.source([MarketSample.bar((101, 105, 80, 91), minute: 0)])
    let contract = try #require(StandardInstruments.contract(MarketSample.id("PF_XBTUSD")))
    var market = InstrumentMarket(
      contract: contract, source: try MarketSample.source(bars), seed: nil, marks: marks)
    let points = market.points(from: MarketSample.time(-1), to: MarketSample.time(2))
    #expect(points.prefix(4).map(\.mark.ticks) == [101, 105, 80, 91])
    #expect(points.prefix(4).map(\.last.ticks) == [100, 110, 70, 90])
    // The second minute has no recorded mark.
    #expect(points.dropFirst(4).prefix(4).map(\.mark.ticks) == [90, 85, 95, 92])
    let coarse = try MarketSample.source([
      MarketSample.bar((500, 500, 500, 500), timeframe: .oneHour)
    ])
    var other = InstrumentMarket(
      contract: contract, source: try MarketSample.source(bars), marks: coarse)
    let opening = other.point(at: MarketSample.time(0))
    #expect(opening?.mark.ticks == 100)
  }

  @Test func `in a gap all three stand still`() throws {
    let contract = try #require(StandardInstruments.contract(MarketSample.id("PF_XBTUSD")))
    var market = InstrumentMarket(
      contract: contract,
      source: try MarketSample.source([
        MarketSample.bar((50_000, 50_010, 49_990, 50_005), minute: 0),
        MarketSample.bar((51_000, 51_000, 51_000, 51_000), minute: 300),
      ]), seed: 5)
    let closeKnown = market.point(at: MarketSample.time(0, milliseconds: 59_999))
    let close = try #require(closeKnown)
    let laterKnown = market.point(at: MarketSample.time(299))
    let later = try #require(laterKnown)
    #expect(later == MarketPoint(time: MarketSample.time(299), like: close))
    let points = market.points(from: MarketSample.time(2), to: MarketSample.time(301))
    #expect(
      points.first == MarketPoint(time: MarketSample.time(300, milliseconds: -1), like: close))
    #expect(points.dropFirst().first?.time == MarketSample.time(300))
  }
}
