import Domain
import Foundation
import SimulatedVenue
import Testing

@testable import PaperVenue

@Suite("a venue that follows another")
struct FollowingTests {
  private func opened() throws -> FollowedBench {
    let bench = try FollowedBench()
    bench.hear(bench.sample.opening())
    return bench
  }

  @Test func `before it hears a market it lists it, and trades nothing in it`() throws {
    let bench = try FollowedBench()
    #expect((try bench.get("instruments")["instruments"] as? [Any])?.count == 1)
    #expect((try bench.get("tickers")["tickers"] as? [Any])?.isEmpty == true)
    #expect(try bench.get("tickers/PF_XBTUSD")["error"] as? String == "Unavailable")
    #expect(try bench.word("orderType=mkt&side=buy&size=0.01") == "marketInactive")
    let closed = try bench.source()["closed"] as? [String: String]
    #expect(closed?["PF_XBTUSD"]?.contains("not heard") == true)
  }

  @Test func `orders are filled at the other venue's prices, and what it has at them`() throws {
    let bench = try opened()
    #expect(try bench.word("orderType=ioc&side=buy&size=0.02&limitPrice=50005") == "placed")
    let fill = try #require(try bench.fills().first)
    #expect((fill["price"] as? NSNumber)?.intValue == 50_005)
    // There is 0.01 at that price.
    #expect((fill["size"] as? NSNumber)?.doubleValue == 0.01)
    let book = try #require(try bench.get("orderbook", "symbol=PF_XBTUSD")["orderBook"])
    let bids = (book as? [String: Any])?["bids"] as? [[Double]]
    #expect(bids == [[49_995, 0.01]])
    let ticker = try bench.get("tickers/PF_XBTUSD")["ticker"] as? [String: Any]
    #expect((ticker?["markPrice"] as? NSNumber)?.intValue == 50_000)
  }

  @Test func `a stop goes off at the mark that is heard, behind the jump`() throws {
    let bench = try opened()
    #expect(try bench.word("orderType=ioc&side=buy&size=0.01&limitPrice=50005") == "placed")
    #expect(
      try bench.word(
        "orderType=stp&side=sell&size=0.01&stopPrice=49900&triggerSignal=mark&reduceOnly=true")
        == "placed")
    bench.hear([
      bench.sample.level(.buy, 49_995, 0), bench.sample.level(.buy, 49_700, 500),
      bench.sample.ticker(49_800, mark: 49_800, at: 20),
    ])
    let fill = try #require(try bench.fills().first)
    #expect(fill["side"] as? String == "sell")
    #expect((fill["price"] as? NSNumber)?.intValue == 49_700)
  }

  @Test func `a market that is lost fills nothing, says so, and opens again at its new price`()
    throws
  {
    let bench = try opened()
    #expect(try bench.word("orderType=lmt&side=buy&size=0.01&limitPrice=49900") == "placed")
    bench.hear([.disconnected(why: "gone")])
    #expect(try bench.word("orderType=mkt&side=buy&size=0.01") == "marketSuspended")
    #expect((try bench.get("tickers")["tickers"] as? [Any])?.isEmpty == true)
    #expect(try bench.get("orderbook", "symbol=PF_XBTUSD")["error"] as? String == "Unavailable")
    // What its price was meanwhile fills nothing: it was not heard.
    bench.hear([
      bench.sample.began(.trades, .joined), bench.sample.trade(49_000, at: 500),
      bench.sample.trade(50_200, at: 700),
    ])
    #expect(try bench.fills().isEmpty)
    bench.hear(bench.sample.opening(50_200, at: 900), after: 1000)
    #expect(try bench.fills().isEmpty)
    #expect((try bench.source()["closed"] as? [String: String])?.isEmpty == true)
    bench.hear([bench.sample.trade(49_850, at: 1100)], after: 200)
    #expect((try bench.fills().first?["price"] as? NSNumber)?.intValue == 49_900)
  }

  @Test func `a listener that hangs closes every market, also without a word`() throws {
    let bench = try FollowedBench(silence: 5000)
    bench.hear(bench.sample.opening())
    #expect(try bench.word("orderType=ioc&side=buy&size=0.01&limitPrice=50005") == "placed")
    let longAgo = FollowedBench.machineNow.advanced(byMilliseconds: -6000)
    bench.hear([], at: longAgo)
    #expect(try bench.word("orderType=mkt&side=buy&size=0.01") == "marketSuspended")
    let closed = try bench.source()["closed"] as? [String: String]
    #expect(closed?["PF_XBTUSD"]?.contains("nothing was read") == true)
    // What the first order took has come back by then.
    bench.hear([], after: 2000)
    #expect(try bench.word("orderType=mkt&side=buy&size=0.001") == "placed")
  }

  @Test func `a contract whose steps have changed is not traded`() throws {
    let bench = try opened()
    bench.mailbox.object([bench.sample.id: "its steps have changed"])
    bench.hear([])
    #expect(try bench.word("orderType=mkt&side=buy&size=0.01") == "marketSuspended")
  }

  @Test func `a mailbox that is full is emptied, and everything is lost until it is heard anew`()
    throws
  {
    let bench = try opened()
    let flood = Array(
      repeating: bench.sample.level(.buy, 49_000, 1), count: FollowedMailbox.mostEvents)
    #expect(
      bench.mailbox.post(flood, heardAt: FollowedBench.machineNow, counts: FollowedCounts()))
    #expect(
      !bench.mailbox.post(
        [bench.sample.level(.buy, 49_000, 2)], heardAt: FollowedBench.machineNow,
        counts: FollowedCounts()))
    bench.core.advance()
    #expect(try bench.word("orderType=mkt&side=buy&size=0.01") == "marketSuspended")
    #expect(try bench.source()["overflows"] as? Int == 1)
  }
}

extension FollowingTests {
  @Test func `candles are asked of the other venue`() throws {
    let sample = try FollowedSample()
    let candle = try #require(
      Candle(
        instrument: sample.id, timeframe: .oneMinute, openTime: FollowedSample.moment(-60_000),
        open: Price(ticks: 50_000), high: Price(ticks: 50_010), low: Price(ticks: 49_990),
        close: Price(ticks: 50_005), volume: Quantity(lots: 12)))
    let bench = try FollowedBench { request in
      guard case .candles(sample.id, .oneMinute, _, _) = request else {
        return .refused(word: "\(request)")
      }
      return .answer(.candles([candle]))
    }
    let answer = try #require(
      try bench.ask("GET", "/api/charts/v1/trade/PF_XBTUSD/1m", "from=1795564740").object)
    let candles = try #require(answer["candles"] as? [[String: Any]])
    #expect(candles.first?["close"] as? String == "50005")
    #expect(candles.first?["volume"] as? String == "0.0012")
    #expect(answer["more_candles"] as? Bool == true)
    let mark = try bench.ask("GET", "/api/charts/v1/mark/PF_XBTUSD/1m", "from=1795564740")
    #expect(mark.response?.status == 400)
    let other = try bench.ask("GET", "/api/charts/v1/trade/PF_XBTUSD/1h", "from=1795564740")
    #expect(other.response?.status == 503)
  }
}
