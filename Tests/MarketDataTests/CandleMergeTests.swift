import Domain
import Testing

@testable import MarketData

@Suite("what several sources know of candles")
struct CandleMergeTests {
  private typealias Offer = (candle: Candle, standing: CandleMerge.Standing)

  private static func candle(_ minute: Int64, close: Int64, volume: Int64) throws -> Candle {
    try #require(
      Candle(
        instrument: ScriptedMarket.id("PF_XBTUSD"), timeframe: .oneMinute,
        openTime: MarketTime(milliseconds: minute * 60_000), open: Price(ticks: 100),
        high: Price(ticks: 200), low: Price(ticks: 50), close: Price(ticks: close),
        volume: Quantity(lots: volume)))
  }

  private func merged(_ offers: [Offer], capacity: Int) -> CandleMerge {
    var merge = CandleMerge(capacity: capacity)
    for offer in offers { merge.offer(offer.candle, offer.standing) }
    return merge
  }

  @Test(arguments: 1...50 as ClosedRange<UInt64>)
  func `the order and the number of tellings change nothing`(_ seed: UInt64) throws {
    var random = Seeded(seed)
    var offers: [Offer] = []
    for _ in 0..<60 {
      let standing = CandleMerge.Standing.allCases[Int(random.below(3))]
      offers.append(
        (
          try Self.candle(random.below(12), close: 100 + random.below(4), volume: random.below(3)),
          standing
        ))
    }
    let first = merged(offers, capacity: 8)
    for _ in 0..<10 {
      var shuffled = offers + offers.filter { _ in random.below(2) == 0 }
      for index in shuffled.indices.reversed() {
        shuffled.swapAt(index, Int(random.below(Int64(index + 1))))
      }
      #expect(merged(shuffled, capacity: 8) == first)
      // Two halves told apart and put together, either way round.
      let half = Int(random.below(60))
      let left = merged(Array(shuffled[..<half]), capacity: 8)
      let right = merged(Array(shuffled[half...]), capacity: 8)
      var one = left
      one.merge(right)
      var other = right
      other.merge(left)
      #expect(one == first && other == first)
    }
    for entry in first.bars.values where offers.contains(where: { $0.standing > .forming }) {
      let best = offers.filter { $0.candle.openTime == entry.candle.openTime }.map(\.standing).max()
      #expect(entry.standing == best, "closed beats open")
    }
  }

  @Test(arguments: 1...50 as ClosedRange<UInt64>)
  func `a series is the same whichever of trades and chart comes first`(_ seed: UInt64) throws {
    var random = Seeded(seed)
    let market = ScriptedMarket()
    let bars = (0..<30).map { market.bar("PF_XBTUSD", $0, isOver: true) }
    var series = CandleSeries(ScriptedMarket.id("PF_XBTUSD"), .oneMinute, capacity: 100)
    _ = series.take([bars[0]], proof: bars[0].closeTime)
    var told: [Candle] = [bars[0]]
    func note(_ taken: CandleSeries.Taken) {
      for case .candle(let candle) in taken.steps { told.append(candle) }
      #expect(taken.different.isEmpty)
    }
    var traded = bars.filter { _ in random.below(3) > 0 }
    for index in traded.indices.reversed() {
      traded.swapAt(index, Int(random.below(Int64(index + 1))))
    }
    for bar in traded {
      note(series.take(traded: bar))
      if random.below(4) == 0, let next = series.next {
        let from = Int((next.milliseconds - ScriptedMarket.start) / 60_000)
        let to = min(30, from + 1 + Int(random.below(5)))
        if from < to {
          note(series.take(Array(bars[from..<to]), proof: bars[to - 1].closeTime))
        }
      }
    }
    if let next = series.next, next < bars[29].closeTime {
      let from = Int((next.milliseconds - ScriptedMarket.start) / 60_000)
      note(series.take(Array(bars[from...]), proof: bars[29].closeTime))
    }
    #expect(told == bars && series.closed == bars)
  }

  @Test func `a chart that has another candle than was told is noticed`() {
    var series = CandleSeries(ScriptedMarket.id("PF_XBTUSD"), .oneMinute, capacity: 100)
    let market = ScriptedMarket()
    let bars = (0..<3).map { market.bar("PF_XBTUSD", $0, isOver: true) }
    _ = series.take([bars[0]], proof: bars[0].closeTime)
    _ = series.take(traded: market.bar("PF_XBTUSD", 1, isOver: false))
    let taken = series.take(bars, proof: bars[2].closeTime)
    #expect(taken.different == [bars[1]] && taken.steps == [.candle(bars[2])])
  }
}
