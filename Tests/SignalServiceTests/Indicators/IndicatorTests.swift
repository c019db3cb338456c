import Domain
import Testing

@testable import SignalService

@Suite("indicators")
struct IndicatorTests {
  private static func bars(_ prices: [(high: Int64, low: Int64, close: Int64)]) -> BarWindow {
    BarWindow(
      prices.enumerated().map { index, price in
        Bar(
          openTime: MarketTime(milliseconds: Int64(index) * 3_600_000), open: price.close,
          high: price.high, low: price.low, close: price.close, scale: .ticks)
      })
  }

  private static func walk(_ count: Int, seed: UInt64) -> [Bar] {
    Bars.walk(count, seed: seed).map { Bar($0, scale: .cents) }
  }

  @Test func `an exponential mean begins with its first number and forgets the gaps' weight`() {
    var mean = ExponentialMean(span: 3)
    #expect(mean.take(.nan).isNaN)
    #expect(mean.take(8) == 8)
    #expect(mean.take(4) == 6)
    #expect(mean.take(.nan) == 6)
    // The old weight is a quarter after a gap of one: (¼·6 + ½·3) ÷ ¾.
    #expect(mean.take(3) == 4)
    #expect(mean.take(4) == 4)
  }

  @Test func `an average of 200 over 300 bars still depends on the first of them`() {
    let bars = Self.walk(400, seed: 3)
    let of300 = ExponentialAverage.series(BarWindow(bars, end: 400, most: 300), period: 200)
    let of400 = ExponentialAverage.series(BarWindow(bars), period: 200)
    #expect(of300.count == 300 && of400.count == 400)
    #expect(of300.last != of400.last)
    #expect(ExponentialAverage.series(BarWindow(bars, end: 199, most: 300), period: 200).isEmpty)
  }

  @Test func `the true range has the gap to the close before in it`() {
    let bars = Self.bars([(10, 8, 9), (14, 12, 13), (6, 5, 6)])
    #expect(TrueRange.of(bars[0], after: nil) == 2)
    #expect(TrueRange.of(bars[1], after: bars[0]) == 5)
    #expect(TrueRange.of(bars[2], after: bars[1]) == 8)
  }

  @Test func `too few bars give nothing, and the least number gives something`() {
    let bars = Self.walk(40, seed: 5)
    let window = { BarWindow(bars, end: $0, most: 300) }
    #expect(TrueRange.average(window(13), period: 14).isEmpty)
    #expect(TrueRange.average(window(14), period: 14).count == 14)
    #expect(RelativeStrength.series(window(13), period: 14).isEmpty)
    #expect(DirectionalMovement(window(27), period: 14) == nil)
    #expect(DirectionalMovement(window(28), period: 14) != nil)
    #expect(FibonacciRange(window(19)) == nil)
    #expect(FibonacciRange(window(20)) != nil)
    #expect(SwingPoints.highs(window(2), lookback: 20).isEmpty)
    #expect(Slope([1, 2, 3]) == .flat)
  }

  @Test func `bars that never moved have no trend index, which is not a number and no zero`() throws
  {
    let flat = Self.bars(Array(repeating: (10, 10, 10), count: 40))
    let trend = try #require(DirectionalMovement(flat, period: 14))
    #expect(trend.index.isNaN)
    #expect(RelativeStrength.series(flat, period: 14).allSatisfy { $0.isNaN })
    #expect(FibonacciRange(flat) == nil)
    #expect(Divergence(flat, strength: Array(repeating: .nan, count: 40), lookback: 20) == .none)
  }

  @Test func `a trend index begins where a flat start ends`() throws {
    var prices = Array(repeating: (high: Int64(10), low: Int64(10), close: Int64(10)), count: 20)
    for step in 1...20 { prices.append((10 + Int64(step), 9 + Int64(step), 10 + Int64(step))) }
    let trend = try #require(DirectionalMovement(Self.bars(prices), period: 14))
    #expect(trend.index == 100 && trend.minus == 0 && trend.plus > 0)
  }

  @Test func `a market that only rises has a strength of 100`() {
    let rising = Self.bars((1...30).map { (Int64($0) + 1, Int64($0), Int64($0)) })
    #expect(RelativeStrength.series(rising, period: 14).last == 100)
  }

  @Test func `swings are strict, and the edges of the window are none`() {
    let bars = Self.bars([
      (9, 1, 5), (7, 3, 5), (8, 2, 5), (8, 2, 5), (6, 4, 5), (9, 1, 5), (6, 4, 5), (10, 0, 5),
    ])
    #expect(SwingPoints.highs(bars, lookback: 8) == [9])
    #expect(SwingPoints.lows(bars, lookback: 8) == [1])
    #expect(SwingPoints.highs(bars, lookback: 3) == [])
  }

  @Test func `a slope is steeper than a thousandth or flat`() {
    #expect(Slope([1000, 1000, 1000, 1001]) == .flat)
    #expect(Slope([1000, 1000, 1000, 1002]) == .up)
    #expect(Slope([1000, 1000, 1000, 998]) == .down)
    // Three bars back, not more.
    #expect(Slope([1, 1000, 1000, 1000, 1000]) == .flat)
  }

  @Test func `a lower low with more strength is bullish, a higher high with less is bearish`() {
    let prices = (0..<20).map { _ in (high: Int64(20), low: Int64(10), close: Int64(15)) }
    var strength = Array(repeating: 50.0, count: 20)
    strength[3] = 30
    strength[19] = 40
    var low = prices
    low[19] = (20, 9, 15)
    #expect(Divergence(Self.bars(low), strength: strength, lookback: 20) == .bullish)
    var high = prices
    high[19] = (21, 10, 15)
    #expect(Divergence(Self.bars(high), strength: strength, lookback: 20) == .bearish)
    #expect(Divergence(Self.bars(prices), strength: strength, lookback: 20) == .none)
    // An extreme within the last five bars is not the earlier one.
    low[16] = (20, 9, 15)
    #expect(Divergence(Self.bars(low), strength: strength, lookback: 20) == .bullish)
    #expect(Divergence(Self.bars(low).newest(19), strength: strength, lookback: 20) == .none)
    // A first strength that is no number makes the comparison false.
    strength[0] = .nan
    #expect(Divergence(Self.bars(low), strength: strength, lookback: 20) == .none)
  }

  @Test(arguments: 1...20)
  func `a rolling mean of the last twenty is the plain mean but for its last digits`(
    _ seed: UInt64
  ) throws {
    let values = Self.walk(300, seed: seed).map(\.closePrice)
    let mean = try #require(RollingMean.last(values, 20))
    let plain = values.suffix(20).reduce(0, +) / 20
    #expect(abs(mean - plain) <= plain * 1e-14)
    #expect(RollingMean.last(Array(values.prefix(19)), 20) == nil)
  }

  @Test func `of equal extremes the newest counts, and the last five bars of a short window too`()
    throws
  {
    var prices = Array(repeating: (high: Int64(10), low: Int64(5), close: Int64(7)), count: 30)
    prices[8] = (12, 5, 7)
    prices[20] = (12, 3, 7)
    prices[25] = (11, 3, 7)
    let range = try #require(FibonacciRange(Self.bars(prices)))
    #expect(range.high == 12 && range.highIndex == 20)
    #expect(range.low == 3 && range.lowIndex == 25)
    // With 30 bars the range is that of the last 25.
    prices[2] = (99, 1, 7)
    #expect(FibonacciRange(Self.bars(prices)) == range)
  }

  @Test func `levels beyond the range are found by gate and scorer alike`() throws {
    var prices = Array(
      repeating: (high: Int64(1500), low: Int64(1500), close: Int64(1500)), count: 30)
    prices[10] = (2000, 1000, 1500)
    let range = try #require(FibonacciRange(Self.bars(prices)))
    let near = WorkingDecimal(coefficient: 2, exponent: -3)
    #expect(range.level(1272, from: .low) == 2_272_000)
    #expect(range.level(1618, from: .high) == 382_000)
    #expect(range.isNear(2272, [1272], tolerance: near, from: .low))
    #expect(range.isNear(2276, [1272], tolerance: near, from: .low))
    #expect(!range.isNear(2277, [1272], tolerance: near, from: .low))
    #expect(range.isOptimalEntry(1705, from: .low) && range.isOptimalEntry(1790, from: .low))
    #expect(!range.isOptimalEntry(1704, from: .low) && !range.isOptimalEntry(1791, from: .low))
    #expect(range.isOptimalEntry(1295, from: .high) && !range.isOptimalEntry(1296, from: .high))
  }

  @Test func `a history keeps what it must and no more than twice that`() {
    var history = BarHistory(most: 10)
    let bars = Self.walk(100, seed: 9)
    for (index, bar) in bars.enumerated() {
      history.append(bar)
      #expect(history.count <= 20)
      let expected = Array(bars[max(0, index - 9)...index])
      #expect(Array(history.window(10)) == expected)
    }
  }
}
