import Domain
import Testing

@testable import SimulatedVenue

@Suite("a replay of recorded bars")
struct ReplaySourceTests {
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `finds what a search through all bars finds`(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    let minutes = (0..<200).filter { _ in !random.oneIn(3) }
    let bars = try minutes.map { try MarketSample.bar((5, 9, 3, 4), minute: Int64($0)) }
    let source = try MarketSample.source(bars)
    let all = bars.map(Bar.init)
    for _ in 0..<200 {
      let time = MarketSample.time(
        Int64(random.whole(-5...205)), milliseconds: random.oneIn(2) ? 0 : 17)
      #expect(source.bar(openTime: time) == all.first { $0.openTime == time })
      #expect(source.lastBar(atOrBefore: time) == all.last { $0.openTime <= time })
      #expect(
        source.bars(atOrAfter: time)
          == all[(all.firstIndex { $0.openTime >= time } ?? all.count)...])
    }
    #expect(source.start == bars.first?.openTime)
    #expect(source.end == bars.last?.closeTime)
  }

  @Test func `refuses no bars, mixed bars and bars out of order`() throws {
    let instrument = try MarketSample.instrument()
    let bars = try (0..<3).map { try MarketSample.bar((5, 9, 3, 4), minute: $0) }
    #expect(ReplaySource(instrument: instrument, candles: []) == nil)
    #expect(ReplaySource(instrument: instrument, candles: bars.reversed()) == nil)
    #expect(ReplaySource(instrument: instrument, candles: [bars[0], bars[0]]) == nil)
    let hour = try MarketSample.bar((5, 9, 3, 4), minute: 60, timeframe: .oneHour)
    #expect(ReplaySource(instrument: instrument, candles: bars + [hour]) == nil)
    #expect(
      ReplaySource(instrument: try MarketSample.instrument("PF_ETHUSD"), candles: bars) == nil)
  }

  @Test func `may begin after the first third of its bars`() throws {
    let source = try MarketSample.source(
      (0..<9).map { try MarketSample.bar((5, 9, 3, 4), minute: $0) })
    #expect(source.openTime(after: (1, 3)) == MarketSample.time(3))
    #expect(source.openTime(after: (0, 1)) == MarketSample.time(0))
    #expect(source.openTime(after: (1, 1)) == MarketSample.time(8))
  }
}
