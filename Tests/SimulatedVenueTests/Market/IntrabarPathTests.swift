import Domain
import Testing

@testable import SimulatedVenue

@Suite("the path inside a bar")
struct IntrabarPathTests {
  @Test func `goes to the nearer extreme first`() throws {
    let path = IntrabarPath(try MarketSample.bar((100, 110, 70, 90)))
    #expect(path.turningPoints.map(\.price.ticks) == [100, 110, 70, 90])
    let other = IntrabarPath(try MarketSample.bar((100, 130, 90, 120)))
    #expect(other.turningPoints.map(\.price.ticks) == [100, 90, 130, 120])
  }

  @Test func `with both extremes as near goes against the bar's direction first`() throws {
    let rising = IntrabarPath(try MarketSample.bar((100, 110, 90, 105)))
    #expect(rising.turningPoints.map(\.price.ticks) == [100, 90, 110, 105])
    let falling = IntrabarPath(try MarketSample.bar((100, 110, 90, 95)))
    #expect(falling.turningPoints.map(\.price.ticks) == [100, 110, 90, 95])
  }

  @Test func `moves at one speed`() throws {
    let path = IntrabarPath(try MarketSample.bar((100, 110, 70, 90)))
    // 10 + 40 + 20 ticks in 59,999 ms.
    #expect(path.turningPoints.map(\.offset) == [0, 8571, 42_856, 59_999])
    #expect(path.price(atOffset: 4285).ticks == 104)
    #expect(path.price(atOffset: 8571).ticks == 110)
  }

  @Test(arguments: 1...200 as ClosedRange<UInt64>)
  func `keeps its laws for any bar`(seed: UInt64) throws {
    let bar = try MarketSample.randomBar(seed)
    let path = IntrabarPath(bar)
    let points = path.turningPoints
    #expect(points.count == 4)
    #expect(zip(points, points.dropFirst()).allSatisfy { $0.offset < $1.offset })
    #expect(points.first?.offset == 0)
    #expect(points.last?.offset == bar.timeframe.milliseconds - 1)
    #expect(path.price(atOffset: 0) == bar.open)
    #expect(path.price(atOffset: bar.timeframe.milliseconds - 1) == bar.close)
    #expect(path.price(atOffset: -5) == bar.open)
    #expect(path.price(atOffset: bar.timeframe.milliseconds * 2) == bar.close)
    #expect(points.map(\.price).max() == bar.high)
    #expect(points.map(\.price).min() == bar.low)
    for point in points { #expect(path.price(atOffset: point.offset) == point.price) }

    var random = SplitMix(seed: seed)
    for _ in 0..<100 {
      let offset = Int64(random.whole(0...Int(bar.timeframe.milliseconds)))
      #expect((bar.low...bar.high).contains(path.price(atOffset: offset)))
    }
  }

  @Test func `segments begin and end where they are asked to`() throws {
    let path = IntrabarPath(try MarketSample.bar((100, 110, 70, 90)))
    #expect(path.segments(from: 0, to: 59_999).map(\.ticks) == [100, 110, 70, 90])
    #expect(path.segments(from: 8571, to: 42_856).map(\.ticks) == [110, 70])
    #expect(path.segments(from: 4285, to: 20_000).map(\.ticks) == [104, 110, 97])
    #expect(path.segments(from: 7, to: 7).count == 1)
  }
}
