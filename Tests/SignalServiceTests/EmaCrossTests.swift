import Domain
import Testing

@testable import SignalService

@Suite("the moving-average strategy")
struct EmaCrossTests {
  private static func decisions(_ bars: [Candle]) -> [StrategyDecision] {
    var strategy = EmaCrossStrategy(EmaCrossStrategy.Settings())
    return bars.flatMap { strategy.on(.candle($0)) }
  }

  @Test func `a market that turns up crosses once, with prices measured from the close`() throws {
    let bars = (0..<260).map { index -> Candle in
      let price = { (at: Int) in Int64(100_000 + abs(at - 230) * 10) }
      return Bars.bar(index, open: price(index), close: price(index + 1))
    }
    let entries = Self.decisions(bars).filter { $0.entry != nil }
    #expect(entries.count == 1)
    let (candle, entry) = (try #require(entries.first).candle, try #require(entries.first?.entry))
    #expect(entry.direction == .long)
    #expect(entry.setup.text == "cross-\(candle.openTime.milliseconds)")
    #expect(entry.worstPrice.ticks == candle.close.ticks + candle.close.ticks / 1000)
    // Bars of ten ticks and one beyond both ends: a range of twelve, twice of which is the stop.
    #expect(entry.stop.ticks == candle.close.ticks - 24)
    #expect(
      entry.takeProfits.map(\.ticks)
        == [entry.worstPrice.ticks + 2 * (entry.worstPrice.ticks - entry.stop.ticks)])
  }

  @Test func `nothing is decided before the window is full, and the reason says so`() {
    let made = Self.decisions(Bars.walk(199, seed: 1))
    #expect(made.allSatisfy { $0.outcome == .noSignal(NoSignal("SHORT_HISTORY")) })
    #expect(Self.decisions(Bars.walk(200, seed: 1)).last?.outcome != made.last?.outcome)
  }

  @Test(arguments: 1...10)
  func `a decision depends on its memory alone, and every candle has one`(_ seed: UInt64) {
    let bars = Bars.walk(700, seed: seed)
    let whole = Self.decisions(bars)
    #expect(whole.count == bars.count)
    #expect(whole.contains { $0.entry?.direction == .long })
    #expect(whole.contains { $0.entry?.direction == .short })
    let memory = EmaCrossStrategy(EmaCrossStrategy.Settings()).memory
    for end in stride(from: memory, through: bars.count, by: 13) {
      #expect(Self.decisions(Array(bars[(end - memory)..<end])).last == whole[end - 1])
    }
  }
}
