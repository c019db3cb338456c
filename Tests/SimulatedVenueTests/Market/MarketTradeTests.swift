import Domain
import Testing

@testable import SimulatedVenue

@Suite("the trades of others")
struct MarketTradeTests {
  private func market(_ seed: UInt64) throws -> InstrumentMarket {
    InstrumentMarket(
      contract: try #require(StandardInstruments.contract(MarketSample.id("PF_XBTUSD"))),
      source: GeneratedSource(instrument: try MarketSample.instrument(), seed: seed), seed: seed)
  }

  private static let from = GeneratedSource.present
  private func minute(_ number: Int64) -> MarketTime {
    Self.from.advanced(byMilliseconds: number * 60_000)
  }

  @Test(arguments: 1...10 as ClosedRange<UInt64>)
  func `make up their bar: prices, extremes and volume`(seed: UInt64) throws {
    var market = try market(seed)
    for number in 0..<300 as Range<Int64> {
      let open = minute(number).advanced(byMilliseconds: -1)
      let close = minute(number + 1).advanced(byMilliseconds: -1)
      let trades = market.trades(from: open, to: close)
      let bar = market.candles(
        .oneMinute, from: minute(number), to: minute(number), now: minute(number + 1)
      ).first
      #expect(trades.isEmpty == (bar == nil))
      guard let bar else { continue }
      #expect((4...InstrumentMarket.tradesPerBar).contains(trades.count))
      #expect(trades.reduce(0) { $0 + $1.quantity.lots } == bar.volume.lots)
      #expect(trades.allSatisfy { $0.quantity > .zero })
      #expect(trades.first?.price == bar.open && trades.last?.price == bar.close)
      #expect(trades.map(\.price).max() == bar.high && trades.map(\.price).min() == bar.low)
      for trade in trades {
        let price = market.price(at: trade.time)
        #expect(trade.price == price)
      }
    }
  }

  @Test(arguments: 1...200 as ClosedRange<UInt64>)
  func `any bar has its volume traded`(seed: UInt64) throws {
    let bar = try MarketSample.randomBar(seed)
    let small = Bar(
      openTime: bar.openTime, open: bar.open, high: bar.high, low: bar.low, close: bar.close,
      volume: Quantity(lots: Int64(seed % 20)))
    let candle = try #require(small.candle(of: bar.instrument, bar.timeframe))
    var market = InstrumentMarket(source: try MarketSample.source([candle]))
    let trades = market.trades(of: small)
    #expect(trades.reduce(0) { $0 + $1.quantity.lots } == Int64(seed % 20))
    #expect(trades.allSatisfy { $0.quantity > .zero })
    #expect(zip(trades, trades.dropFirst()).allSatisfy { $0.time < $1.time })
    if let last = trades.last { #expect(last.price == bar.close) }
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `are the same and numbered upwards, whatever way they are asked for`(seed: UInt64) throws {
    var market = try market(seed)
    var all: [MarketTrade] = []
    var cursor = Self.from
    var random = SplitMix(seed: seed)
    while cursor < minute(120) {
      let next = min(minute(120), cursor.advanced(byMilliseconds: Int64(random.whole(1...90_000))))
      all += market.trades(from: cursor, to: next)
      cursor = next
    }
    #expect(zip(all, all.dropFirst()).allSatisfy { $0.number < $1.number && $0.time < $1.time })
    #expect(Set(all.map(\.uid)).count == all.count)
    let newest = market.trades(
      newest: 500, before: minute(120).advanced(byMilliseconds: 1))
    #expect(newest.count == 500)
    #expect(newest.reversed() == all.suffix(500))
    // Page by page: every trade once.
    var paged: [MarketTrade] = []
    var after = Self.from
    while case let page = market.trades(from: after, to: minute(120), limit: 37),
      let last = page.last
    {
      paged += page
      after = last.time
    }
    #expect(paged == all)
  }

  @Test func `have ids of the venue's form`() throws {
    var market = try market(1)
    let newest = market.trades(newest: 1, before: minute(5))
    let trade = try #require(newest.first)
    #expect(trade.uid.count == 36)
    let parts = trade.uid.split(separator: "-").map(String.init)
    #expect(parts.map(\.count) == [8, 4, 4, 4, 12])
    #expect(parts[2].first == "8" && parts[3].first == "8")
    #expect(trade.uid != trade.identifier(1) && trade.identifier(1) != trade.identifier(2))
  }

  @Test func `answers are bounded, and bars without volume end a search`() throws {
    var market = try market(2)
    let far = minute(100_000)
    #expect(market.trades(from: Self.from, to: far).count == InstrumentMarket.maximumTrades)
    #expect(market.trades(newest: .max, before: far).count == InstrumentMarket.maximumTrades)
    #expect(market.trades(newest: -1, before: far).isEmpty)
    #expect(market.trades(newest: 5, before: market.start).isEmpty)
    let silent = try (0..<5000 as Range<Int64>).map {
      try MarketSample.bar((10, 10, 10, 10), minute: $0, lots: $0 == 0 ? 600 : 0)
    }
    var still = InstrumentMarket(source: try MarketSample.source(silent))
    #expect(still.trades(newest: 5, before: MarketSample.time(5000)).isEmpty)
    #expect(still.trades(newest: 5, before: MarketSample.time(100)).count == 5)
  }

  @Test func `a rising price is bought and a falling one sold`() throws {
    var market = InstrumentMarket(
      source: try MarketSample.source([MarketSample.bar((100, 110, 70, 90))]))
    let trades = market.trades(from: MarketSample.time(-1), to: MarketSample.time(1))
    for (earlier, later) in zip(trades, trades.dropFirst()) where earlier.price != later.price {
      let isTurn = [110, 70].contains(earlier.price.ticks) || earlier.time == trades[0].time
      if isTurn || later.side == earlier.side {
        #expect(later.side == (later.price > earlier.price ? .buy : .sell))
      }
    }
    #expect(Set(trades.map(\.side)) == [.buy, .sell])
  }
}
