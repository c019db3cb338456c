import Domain
import Testing

@testable import SimulatedVenue

@Suite("figures of a day and candles of all lengths")
struct DayFigureTests {
  private func market(_ seed: UInt64) throws -> InstrumentMarket {
    InstrumentMarket(
      contract: try #require(StandardInstruments.contract(MarketSample.id("PF_ETHUSD"))),
      source: GeneratedSource(instrument: try MarketSample.instrument("PF_ETHUSD"), seed: seed),
      seed: seed)
  }

  private static let now = GeneratedSource.present.advanced(byMilliseconds: 90_123_456)

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `are those of the minutes of the last 24 hours`(seed: UInt64) throws {
    var market = try market(seed)
    var fresh = market
    for step in stride(from: 0 as Int64, through: 600_000, by: 17_000) {
      let now = Self.now.advanced(byMilliseconds: step)
      let minutes = fresh.candles(
        .oneMinute, from: now.advanced(byMilliseconds: -86_400_000 + 1), to: now, now: now)
      let known = market.dayFigures(at: now)
      let figures = try #require(known)
      let price = market.price(at: now)
      let interest = market.openInterest(at: now).lots
      #expect(figures.open == minutes.first?.open)
      #expect(figures.last == price)
      #expect(figures.high == minutes.map(\.high).max())
      #expect(figures.low == minutes.map(\.low).min())
      #expect(figures.volume.lots == minutes.reduce(0) { $0 + $1.volume.lots })
      let turnover = figures.turnover(of: market.instrument)
      let low = market.instrument.notional(figures.low, figures.volume, rounding: .down)
      let high = market.instrument.notional(figures.high, figures.volume, rounding: .up)
      #expect(try #require(low)...(try #require(high)) ~= turnover)
      #expect((figures.volume.lots / 3...figures.volume.lots) ~= interest)
    }
  }

  @Test func `begin with the market and outlast a day without trades`() throws {
    var market = InstrumentMarket(
      source: try MarketSample.source([
        MarketSample.bar((100, 110, 70, 90), minute: 0),
        MarketSample.bar((90, 95, 85, 92), minute: 10_000),
      ]))
    let none = market.dayFigures(at: MarketSample.time(-1))
    #expect(none == nil)
    let openingFigures = market.dayFigures(at: MarketSample.time(0))
    let opening = try #require(openingFigures)
    #expect(opening.last.ticks == 100 && opening.volume == .zero)
    let silentFigures = market.dayFigures(at: MarketSample.time(5000))
    let silent = try #require(silentFigures)
    #expect([silent.open, silent.high, silent.low, silent.last].map(\.ticks) == [90, 90, 90, 90])
    #expect(silent.volume == .zero && silent.changeBasisPoints == 0)
    let afterFigures = market.dayFigures(at: MarketSample.time(10_001))
    let after = try #require(afterFigures)
    #expect(after.open.ticks == 90 && after.low.ticks == 85 && after.last.ticks == 92)
    #expect(after.changeBasisPoints == 222)
  }

  @Test(arguments: [1, 2, 3] as [UInt64], MarketPrice.allCases)
  func `each length is the sum of a shorter one`(seed: UInt64, price: MarketPrice) throws {
    var market = try market(seed)
    let pairs: [(Timeframe, Timeframe)] = [
      (.oneWeek, .oneDay), (.oneDay, .twelveHours), (.twelveHours, .fourHours),
      (.fourHours, .oneHour), (.oneHour, .thirtyMinutes), (.thirtyMinutes, .fifteenMinutes),
      (.fifteenMinutes, .fiveMinutes), (.fiveMinutes, .oneMinute),
    ]
    for (long, short) in pairs {
      let from = long.openTime(of: GeneratedSource.present)
      let end = from.advanced(byMilliseconds: long.milliseconds)
      let now = end.advanced(byMilliseconds: 5)
      let last = end.advanced(byMilliseconds: -1)
      let whole = market.candles(long, of: price, from: from, to: from, now: now).first
      let sum = try #require(whole)
      let parts = market.candles(short, of: price, from: from, to: last, now: now)
      #expect(parts.count == Int(long.milliseconds / short.milliseconds) || short == .oneMinute)
      #expect(sum.open == parts.first?.open && sum.close == parts.last?.close)
      #expect(sum.high == parts.map(\.high).max() && sum.low == parts.map(\.low).min())
      #expect(sum.volume.lots == parts.reduce(0) { $0 + $1.volume.lots })
      #expect((sum.volume == .zero) == (price != .trade))
    }
  }

  @Test(arguments: [MarketPrice.mark, .spot])
  func `mark and index have candles of their own prices`(price: MarketPrice) throws {
    var market = try market(4)
    let points = market.points(from: GeneratedSource.present, to: Self.now)
    let candles = market.candles(
      .oneHour, of: price, from: GeneratedSource.present, to: Self.now, now: Self.now)
    #expect(candles.count == 26)
    for candle in candles {
      let inside = points.filter { candle.openTime < $0.time && $0.time < candle.closeTime }
      #expect(inside.map { price.value($0) }.max() ?? candle.high <= candle.high)
      #expect(inside.map { price.value($0) }.min() ?? candle.low >= candle.low)
    }
    let now = market.point(at: Self.now)
    #expect(candles.last?.close == now.map { price.value($0) })
  }
}
