import Domain
import SimulatedVenue
import Testing

@testable import PaperVenue

@Suite("a market that is followed")
struct FollowedMarketTests {
  private let sample: FollowedSample

  init() throws { sample = try FollowedSample() }

  private func moment(_ milliseconds: Int64) -> MarketTime { FollowedSample.moment(milliseconds) }

  private func open() -> FollowedMarket {
    var market = sample.market()
    for event in sample.opening() { market.hear(event, at: moment(0)) }
    return market
  }

  @Test func `it opens with the last thing it needs, and not before`() {
    let all = sample.opening()
    for missing in all.indices.dropFirst() {
      var market = sample.market()
      for (index, event) in all.enumerated() where index != missing {
        market.hear(event, at: moment(0))
      }
      // The book's own words count for themselves once its stream has begun.
      if missing == all.count - 1 {
        let offers = market.offers
        #expect(offers == .empty)
      } else {
        #expect(!market.isOpen, "without \(all[missing])")
      }
    }
    #expect(open().isOpen)
  }

  @Test func `what is lost, late, suspended or of another clock closes it, with the reason`() {
    for (event, word) in [
      (StreamEvent.disconnected(why: "x"), "not heard"),
      (.gap(StreamID(.book, sample.id), why: "x"), "book"),
      (.gap(StreamID(.trades, sample.id), why: "x"), "trades"),
      (sample.ticker(50_000, mark: 50_000, delay: 5001), "late"),
      (sample.ticker(50_000, mark: 50_000, at: 5001), "clock"),
      (sample.ticker(50_000, mark: 50_000, at: -5001), "clock"),
      (sample.ticker(50_000, mark: 50_000, isSuspended: true), "suspended"),
    ] {
      var market = open()
      market.hear(event, at: moment(0))
      #expect(market.closedBecause?.contains(word) == true, "\(event)")
    }
  }

  @Test func `the price jumps from trade to trade and from mark to mark`() throws {
    var market = open()
    _ = market.point(at: moment(0))
    market.hear(sample.trade(50_010, at: 90), at: moment(100))
    market.hear(sample.trade(50_020, at: 95), at: moment(100))
    market.hear(sample.ticker(50_020, mark: 50_015, at: 99), at: moment(100))
    let way = market.points(from: moment(0), to: moment(100))
    #expect(way.map(\.last.ticks) == [50_000, 50_010, 50_020, 50_020])
    #expect(way.map(\.mark.ticks) == [50_000, 50_000, 50_000, 50_015])
    #expect(way.map { $0.time.milliseconds - FollowedSample.start } == [99, 100, 100, 100])
    // It was played, and nothing has come since.
    let still = market.points(from: moment(100), to: moment(200))
    #expect(still.map(\.last.ticks) == [50_020])
    #expect(still.last?.time == moment(200))
  }

  @Test func `a block makes no price, and a trade that a ticker has overtaken is no news`() {
    var market = open()
    _ = market.point(at: moment(0))
    market.hear(sample.trade(40_000, at: 10, kind: .block), at: moment(100))
    market.hear(sample.trade(41_000, at: -10), at: moment(100))
    #expect(market.points(from: moment(0), to: moment(100)).map(\.last.ticks) == [50_000])
    // They are told as trades all the same.
    #expect(market.news(from: moment(0), to: moment(100)).map(\.price.ticks) == [40_000, 41_000])
  }

  @Test func `what was heard while it was closed is no way of the price`() {
    var market = open()
    _ = market.point(at: moment(0))
    market.hear(.disconnected(why: "x"), at: moment(10))
    market.hear(sample.began(.trades, .joined), at: moment(5000))
    market.hear(sample.trade(30_000, at: 2000), at: moment(5000))
    market.hear(sample.trade(70_000, at: 3000), at: moment(5000))
    for event in sample.opening(50_100, at: 4990) { market.hear(event, at: moment(5000)) }
    #expect(market.isOpen)
    let way = market.points(from: moment(0), to: moment(5000))
    #expect(way.map(\.last.ticks) == [50_000, 50_100])
  }

  @Test func `trades keep their names and times, are numbered anew and asked for by arrival`() {
    var market = open()
    market.hear(sample.trade(50_001, at: 90, "a"), at: moment(100))
    market.hear(sample.trade(50_002, at: 90, "b"), at: moment(101))
    let trades = market.news(from: moment(99), to: moment(101))
    #expect(trades.map(\.uid) == ["a-90", "b-90"])
    #expect(trades.map(\.number) == [1001, 1002])
    #expect(trades.allSatisfy { $0.time == moment(90) })
    #expect(market.news(from: moment(100), to: moment(101)).map(\.uid) == ["b-90"])
    #expect(market.trades(newest: 1, before: moment(91)).map(\.uid) == ["b-90"])
    // A page does not end between two trades of one moment.
    #expect(market.trades(from: moment(0), to: moment(200), limit: 1).count == 2)
  }

  @Test func `trades on both sides of a hole are never one row`() {
    var market = open()
    market.hear(sample.trade(50_001, at: 90, "a"), at: moment(100))
    market.hear(.gap(StreamID(.trades, sample.id), why: "x"), at: moment(110))
    market.hear(sample.began(.trades, .joined), at: moment(120))
    market.hear(sample.trade(50_002, at: 115, "b"), at: moment(120))
    #expect(market.trades.map(\.trade.uid) == ["a-90", "b-115"])
    market.hear(sample.began(.trades, .after(moment(200))), at: moment(210))
    market.hear(sample.trade(50_003, at: 205, "c"), at: moment(210))
    #expect(market.trades.map(\.trade.uid) == ["c-205"])
  }

  @Test func `the book is the other venue's, and keeps its sides apart while it crosses`() {
    var market = open()
    let before = market.offers
    #expect(before?.bids.map(\.price.ticks) == [49_995])
    market.hear(sample.level(.buy, 50_010, 7), at: moment(10))
    let meanwhile = market.offers
    #expect(meanwhile == before)
    market.hear(sample.level(.sell, 50_005, 0), at: moment(10))
    market.hear(sample.level(.sell, 50_020, 9), at: moment(10))
    let after = market.offers
    #expect(after?.bids.map(\.price.ticks) == [50_010, 49_995])
    #expect(after?.asks.map(\.price.ticks) == [50_020])
  }

  @Test func `a rate holds from when it is told, and each hour keeps its own`() {
    var market = open()
    let hour: Int64 = 3_600_000
    market.hear(sample.ticker(50_000, mark: 50_000, at: hour, rate: "0.00002"), at: moment(hour))
    #expect(market.fundingRate(at: moment(1)).trillionths == 10_000_000)
    #expect(market.fundingRate(at: moment(hour + 1)).trillionths == 20_000_000)
    #expect(market.fundingRate(at: moment(5 * hour)).trillionths == 20_000_000)
  }

  @Test func `nobody who listens keeps more than there is room for`() throws {
    var market = open()
    for index in 0..<20_005 {
      let time = Int64(index)
      market.hear(sample.trade(50_000 + time % 7, at: time + 1), at: moment(time + 1))
    }
    #expect(market.trades.count <= 2 * FollowedMarket.mostTrades)
    #expect(market.droppedPoints > 0)
    let way = market.points(from: moment(0), to: moment(30_000))
    #expect(way.count <= 2 * FollowedMarket.mostPoints + 1)
    let newest = try #require(way.last?.last.ticks)
    #expect(newest == 50_005)
  }
}
