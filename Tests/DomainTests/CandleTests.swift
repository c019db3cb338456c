import Testing

@testable import Domain

@Suite("a candle")
struct CandleTests {
  private func candle(
    _ open: Int64, _ high: Int64, _ low: Int64, _ close: Int64, at milliseconds: Int64 = 0,
    _ timeframe: Timeframe = .oneMinute
  ) throws -> Candle? {
    Candle(
      instrument: try #require(InstrumentID("PF_XBTUSD")), timeframe: timeframe,
      openTime: MarketTime(milliseconds: milliseconds), open: Price(ticks: open),
      high: Price(ticks: high), low: Price(ticks: low), close: Price(ticks: close),
      volume: .zero)
  }

  @Test(arguments: seeds)
  func `is made of every possible bar and of no impossible one`(seed: UInt64) throws {
    var random = SeededNumbers(seed: seed)
    for _ in 0..<200 {
      let prices = (0..<4).map { _ in Int64.random(in: -1...6, using: &random) }
      let (open, high, low, close) = (prices[0], prices[1], prices[2], prices[3])
      let possible = low > 0 && prices.min() == low && prices.max() == high
      #expect((try candle(open, high, low, close) != nil) == possible, "\(prices)")
    }
  }

  @Test(arguments: Timeframe.allCases)
  func `opens on a multiple of its timeframe`(timeframe: Timeframe) throws {
    let length = timeframe.milliseconds
    #expect(try candle(1, 1, 1, 1, at: length * 7, timeframe) != nil)
    for off in [1, length / 2, length - 1] {
      #expect(try candle(1, 1, 1, 1, at: length * 7 + off, timeframe) == nil)
    }
    let candle = try #require(try candle(1, 1, 1, 1, at: length * 7, timeframe))
    #expect(candle.closeTime.milliseconds == length * 8)
    #expect(Timeframe(rawValue: timeframe.rawValue) == timeframe)
  }
}
