import Domain
import Testing

@testable import SimulatedVenue

@Suite("candles of a market")
struct MarketCandleTests {
  private func tenMinutes() throws -> InstrumentMarket {
    InstrumentMarket(
      source: try MarketSample.source(
        (0..<10).filter { $0 != 3 }.map { minute in
          try MarketSample.bar(
            (100 + minute, 120 + minute, 90 - minute, 101 + minute), minute: minute)
        }))
  }

  @Test func `five minutes are the sum of their minutes`() throws {
    var market = try tenMinutes()
    let candles = market.candles(
      .fiveMinutes, from: MarketSample.time(0), to: MarketSample.time(5),
      now: MarketSample.time(60))
    #expect(candles.map(\.openTime) == [MarketSample.time(0), MarketSample.time(5)])
    let first = try #require(candles.first)
    #expect(first.timeframe == .fiveMinutes)
    #expect(
      [first.open, first.high, first.low, first.close].map(\.ticks) == [100, 124, 86, 105])
    #expect(first.volume.lots == 2400)
    #expect(candles[1].volume.lots == 3000)
  }

  @Test func `the last candle forms, and nothing of the future shows in it`() throws {
    var market = try tenMinutes()
    let now = MarketSample.time(6, milliseconds: 30_000)
    let candles = market.candles(
      .fiveMinutes, from: MarketSample.time(0), to: MarketSample.time(60), now: now)
    #expect(candles.count == 2)
    let last = try #require(candles.last)
    #expect(last.close == market.price(at: now))
    #expect(last.volume.lots == 900)
    #expect(last.high.ticks <= 126)
    let minutes = market.candles(
      .oneMinute, from: MarketSample.time(5), to: MarketSample.time(60), now: now)
    #expect(minutes.map(\.openTime) == [MarketSample.time(5), MarketSample.time(6)])
    #expect(last.low == minutes.map(\.low).min())
  }

  @Test func `at its open a candle is its open price, and it is closed when the next opens`() throws
  {
    var market = try tenMinutes()
    let candles = market.candles(
      .oneMinute, from: MarketSample.time(0), to: MarketSample.time(60), now: MarketSample.time(1))
    #expect(candles.count == 2)
    #expect(candles.first == (try MarketSample.bar((100, 120, 90, 101))))
    let opening = try #require(candles.last)
    #expect(Set([opening.open, opening.high, opening.low, opening.close]).count == 1)
    #expect(opening.volume == .zero)
  }

  @Test func `a candle that was seen forming is whole once it is closed`() throws {
    var market = try tenMinutes()
    var fresh = try tenMinutes()
    for seconds in stride(from: Int64(0), through: 600, by: 7) {
      _ = market.candles(
        .fiveMinutes, from: MarketSample.time(0), to: MarketSample.time(60),
        now: MarketSample.time(0, milliseconds: seconds * 1000))
    }
    let asked = { (market: inout InstrumentMarket) in
      market.candles(
        .fiveMinutes, from: MarketSample.time(0), to: MarketSample.time(60),
        now: MarketSample.time(11))
    }
    #expect(asked(&market) == asked(&fresh))
    let back = market.candles(
      .fiveMinutes, from: MarketSample.time(0), to: MarketSample.time(60),
      now: MarketSample.time(2))
    #expect(back.count == 1)
    #expect(back.first?.volume.lots == 1200)
  }

  @Test func `a minute without a trade has no candle`() throws {
    var market = try tenMinutes()
    let candles = market.candles(
      .oneMinute, from: MarketSample.time(2), to: MarketSample.time(4), now: MarketSample.time(60))
    #expect(candles.map(\.openTime) == [MarketSample.time(2), MarketSample.time(4)])
  }

  @Test func `there are none below the length of the base bars, nor before or after them`() throws {
    var market = InstrumentMarket(
      source: try MarketSample.source([
        MarketSample.bar((1, 2, 1, 2), minute: 0, timeframe: .oneHour)
      ]))
    let far = MarketTime(milliseconds: Int64.max / 2)
    let past = MarketTime(milliseconds: 0)
    #expect(market.candles(.oneMinute, from: past, to: far, now: far).isEmpty)
    #expect(market.candles(.oneHour, from: past, to: far, now: far).count == 1)
    #expect(market.candles(.oneDay, from: past, to: far, now: far).count == 1)
    #expect(
      market.candles(.oneHour, from: MarketSample.time(1), to: far, now: far).isEmpty)
    #expect(market.candles(.oneHour, from: far, to: past, now: far).isEmpty)
  }

  @Test(arguments: [Timeframe.oneMinute, .fifteenMinutes, .oneHour, .fourHours])
  func `an answer has at most 2000 candles of 100,000 bars, the oldest first`(timeframe: Timeframe)
    throws
  {
    var market = InstrumentMarket(
      source: GeneratedSource(
        instrument: try MarketSample.instrument(), seed: 3,
        start: MarketTime(milliseconds: 1_500_000_000_000)))
    let from = MarketTime(milliseconds: 1_500_000_000_000)
    let candles = market.candles(
      timeframe, from: from, to: GeneratedSource.present.advanced(byMilliseconds: 1 << 40),
      now: GeneratedSource.present.advanced(byMilliseconds: 1 << 40))
    let room = Int(market.room(timeframe))
    #expect(room == [.oneHour: 1666, .fourHours: 416][timeframe] ?? 2000)
    #expect((room...min(room + 1, InstrumentMarket.maximumCandles)).contains(candles.count))
    #expect(try #require(candles.first).openTime >= from)
    #expect(zip(candles, candles.dropFirst()).allSatisfy { $0.closeTime <= $1.openTime })
  }
}
