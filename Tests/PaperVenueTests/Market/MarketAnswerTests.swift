import Domain
import Foundation
import SimulatedVenue
import Testing

@testable import PaperVenue

@Suite("the market in public")
struct MarketAnswerTests {
  private func seconds(_ time: MarketTime) -> Int64 { time.milliseconds / 1000 }

  @Test func `tick types, symbols and resolutions are listed`() throws {
    var bench = try MarketAnswerBench()
    #expect(try bench.list([], "", MarketAnswers.charts) == ["mark", "spot", "trade"])
    #expect(try bench.list(["tick_types"], "", MarketAnswers.charts) == ["mark", "spot", "trade"])
    #expect(try bench.list(["mark"], "", MarketAnswers.charts) == ["PF_ETHUSD", "PF_XBTUSD"])
    #expect(
      try bench.list(["spot", "pf_xbtusd"], "", MarketAnswers.charts)
        == ["1m", "5m", "15m", "30m", "1h", "4h", "12h", "1d", "1w"])
  }

  @Test(arguments: ["1m", "5m", "15m", "30m", "1h", "4h", "12h", "1d", "1w"])
  func `every resolution has candles that end with the present`(resolution: String) throws {
    var bench = try MarketAnswerBench()
    let answer = try bench.ask(["trade", "PF_XBTUSD", resolution], "", MarketAnswers.charts)
    let candles = try #require(answer["candles"] as? [[String: Any]])
    let length = try #require(Timeframe(rawValue: resolution)).milliseconds
    let times = candles.compactMap { $0["time"] as? Int64 }
    #expect(times.count > 1 && times.allSatisfy { $0 % length == 0 })
    #expect(times.last == bench.now.milliseconds / length * length)
    #expect(answer["more_candles"] as? Bool == false)
  }

  @Test func `mark and spot candles are of those prices`() throws {
    var bench = try MarketAnswerBench()
    let ticker = try #require(
      try bench.ask(["PF_XBTUSD"], "", MarketAnswerBench.tickers)["ticker"] as? [String: Any])
    for (type, field) in [("trade", "last"), ("mark", "markPrice"), ("spot", "indexPrice")] {
      let answer = try bench.ask([type, "PF_XBTUSD", "1m"], "", MarketAnswers.charts)
      let last = try #require((answer["candles"] as? [[String: Any]])?.last)
      #expect((last["close"] as? String).flatMap { Int($0) } == ticker[field] as? Int)
      #expect((last["volume"] as? String == "0") == (type != "trade"))
    }
  }

  @Test func `candles are paged by from, to and count`() throws {
    var bench = try MarketAnswerBench()
    let from = seconds(GeneratedSource.present)
    func times(_ query: String) throws -> (times: [Int64], hasMore: Bool) {
      let answer = try bench.ask(["trade", "PF_XBTUSD", "1m"], query, MarketAnswers.charts)
      let candles = try #require(answer["candles"] as? [[String: Any]])
      return (
        candles.compactMap { $0["time"] as? Int64 }, try #require(answer["more_candles"] as? Bool)
      )
    }
    let three = try times("from=\(from)&to=\(from + 120)")
    #expect(three.times == [0, 60, 120].map { (from + $0) * 1000 } && !three.hasMore)
    let counted = try times("from=\(from)&count=2")
    #expect(counted.times.count == 2 && counted.hasMore)
    let newest = try times("count=5")
    #expect(newest.times.count == 5 && !newest.hasMore)
    let long = try times("from=\(from - 20_000_000)")
    #expect(long.times.count == 2000 && long.hasMore)
    #expect(try times("from=99999999999999999").times.isEmpty)
  }

  @Test(arguments: [
    "bid/PF_XBTUSD/1m", "trade/PF_NONE/1m", "trade/PF_XBTUSD/2m", "mark/%20",
  ])
  func `a chart that is none is a bad request`(path: String) throws {
    var bench = try MarketAnswerBench()
    let rest = path.split(separator: "/").map(String.init)
    #expect(bench.respond(rest, "", MarketAnswers.charts).status == 400)
    for query in ["from=now", "to=1.5", "count=0", "count=-1"] {
      let response = bench.respond(["trade", "PF_XBTUSD", "1m"], query, MarketAnswers.charts)
      #expect(response.status == 400)
    }
  }

  @Test func `the ticker of a contract agrees with its candles and its rates`() throws {
    var bench = try MarketAnswerBench()
    let ticker = try #require(
      try bench.ask(["PF_XBTUSD"], "", MarketAnswerBench.tickers)["ticker"] as? [String: Any])
    func number(_ name: String) throws -> Double {
      try #require((ticker[name] as? NSNumber)?.doubleValue, "\(name)")
    }
    let rates = try bench.ask([], "symbol=PF_XBTUSD", MarketAnswers.fundingRates)
    let newest = try #require((rates["rates"] as? [[String: Any]])?.last)
    let relative = try #require((newest["relativeFundingRate"] as? NSNumber)?.doubleValue)
    let expected = try relative * number("indexPrice")
    #expect(try abs(number("fundingRate") - expected) <= abs(expected) * 1e-9)
    #expect(try number("low24h") <= number("last") && number("last") <= number("high24h"))
    #expect(try number("bid") < number("ask"))
    let change = try (number("last") / number("open24h") - 1) * 100
    #expect(try abs(number("change24h") - change) < 0.011)
    let mean = try number("volumeQuote") / number("vol24h")
    #expect(try number("low24h") < mean && mean < number("high24h"))
    #expect(ticker["lastTime"] as? String == ISO8601.text(milliseconds: bench.now.milliseconds))
    let missing = try bench.ask(["PF_NONE"], "", MarketAnswerBench.tickers)
    #expect(missing["error"] as? String == "contractNotFound")
  }

  @Test func `funding rates are hourly, bounded, and end with the present hour`() throws {
    var bench = try MarketAnswerBench()
    let answer = try bench.ask([], "symbol=pf_ethusd", MarketAnswers.fundingRates)
    let rates = try #require(answer["rates"] as? [[String: Any]])
    #expect(rates.count == Int(MarketAnswers.mostRates))
    let times = rates.compactMap { $0["timestamp"] as? String }
      .compactMap { ISO8601.milliseconds($0) }
    #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 == 3_600_000 })
    #expect(times.last == bench.now.milliseconds / 3_600_000 * 3_600_000)
    let relative = rates.compactMap { ($0["relativeFundingRate"] as? NSNumber)?.doubleValue }
    #expect(relative.allSatisfy { abs($0) <= 0.0025 } && Set(relative).count > 100)
    let none = try bench.ask([], "", MarketAnswers.fundingRates)
    #expect(none["error"] as? String == "requiredArgumentMissing")
  }

  @Test func `the contract type filters lists`() throws {
    var bench = try MarketAnswerBench()
    func count(_ query: String) throws -> Int? {
      let answer = try bench.ask([], query) { MarketAnswers.instruments($0, $1) }
      return (answer["instruments"] as? [Any])?.count
    }
    #expect(try count("contractType=flexible_futures") == 2)
    #expect(try count("contractType=futures_inverse") == 0)
    #expect(try count("contractType=futures_inverse&contractType=flexible_futures") == 2)
  }
}
