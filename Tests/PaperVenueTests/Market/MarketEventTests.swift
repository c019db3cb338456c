import Domain
import Foundation
import SimulatedVenue
import Testing

@testable import PaperVenue

@Suite("the trades of others in public")
struct MarketEventTests {
  private func history(
    _ bench: inout MarketAnswerBench, _ query: String
  ) throws -> [[String: Any]] {
    let answer = try bench.ask([], query, MarketAnswers.history)
    return try #require(answer["history"] as? [[String: Any]], "\(answer)")
  }

  @Test func `a hundred trades, newest first, and the hundred before`() throws {
    var bench = try MarketAnswerBench()
    let first = try history(&bench, "symbol=PF_XBTUSD")
    #expect(first.count == 100)
    #expect(first.first?["trade_id"] as? Int == 100 && first.last?["trade_id"] as? Int == 1)
    let times = first.compactMap { $0["time"] as? String }
    #expect(times == times.sorted(by: >))
    let second = try history(&bench, "symbol=PF_XBTUSD&lastTime=\(try #require(times.last))")
    #expect(second.count == 100)
    #expect(try #require(second.first?["time"] as? String) < times[99])
    let uids = (first + second).compactMap { $0["uid"] as? String }
    #expect(Set(uids).count == 200)
    let early = "2025-12-20T00:00:00Z"
    #expect(try history(&bench, "symbol=PF_XBTUSD&lastTime=\(early)").isEmpty)
  }

  @Test func `what is asked wrong gets the venue's words`() throws {
    var bench = try MarketAnswerBench()
    for (query, word) in [
      ("", "requiredArgumentMissing"), ("symbol=PF_NONE", "contractNotFound"),
      ("symbol=PF_XBTUSD&lastTime=yesterday", "invalidArgument: lastTime"),
    ] {
      let answer = try bench.ask([], query, MarketAnswers.history)
      #expect(answer["result"] as? String == "error" && answer["error"] as? String == word)
    }
    for query in [
      "since=x", "before=-1", "sort=up", "count=0", "count=many", "continuation_token=!",
      "continuation_token=YWJj",
    ] {
      let response = bench.respond(["PF_XBTUSD"], query) {
        MarketAnswers.events($0, &$1, .executions)
      }
      #expect(response.status == 400, "\(query)")
    }
    let unknown = bench.respond(["PF_NONE"]) { MarketAnswers.events($0, &$1, .price) }
    #expect(unknown.status == 400)
  }

  @Test(arguments: ["asc", "desc"], [MarketAnswers.Events.executions, .orders, .price])
  func `pages follow each other by their token, and give every event once`(
    sort: String, kind: MarketAnswers.Events
  ) throws {
    var bench = try MarketAnswerBench()
    let since = bench.now.advanced(byMilliseconds: -1_200_000).milliseconds
    let before = bench.now.milliseconds - 5
    let window = "since=\(since)&before=\(before)&sort=\(sort)"
    func page(_ query: String) throws -> (times: [Int64], token: String?) {
      let answer = try bench.ask(["PF_XBTUSD"], query) { MarketAnswers.events($0, &$1, kind) }
      let elements = try #require(answer["elements"] as? [[String: Any]])
      #expect(answer["len"] as? Int == elements.count)
      return (
        elements.compactMap { $0["timestamp"] as? Int64 }, answer["continuationToken"] as? String
      )
    }
    let whole = try page(window)
    #expect(whole.times.count > 100 && whole.token == nil)
    #expect(whole.times == (sort == "asc" ? whole.times.sorted() : whole.times.sorted(by: >)))
    #expect(whole.times.allSatisfy { (since...before).contains($0) })
    var pieces: [Int64] = []
    var token: String?
    repeat {
      let more = try page(window + "&count=17" + (token.map { "&continuation_token=\($0)" } ?? ""))
      pieces += more.times
      token = more.token
    } while token != nil
    #expect(pieces == whole.times)
  }

  @Test func `an execution is the trade of the history, with both its orders`() throws {
    var bench = try MarketAnswerBench()
    let trade = try #require(try history(&bench, "symbol=PF_XBTUSD").first)
    let answer = try bench.ask(["pf_xbtusd"], "count=1") {
      MarketAnswers.events($0, &$1, .executions)
    }
    let element = try #require((answer["elements"] as? [[String: Any]])?.first)
    let event = try #require((element["event"] as? [String: Any])?["Execution"] as? [String: Any])
    let execution = try #require(event["execution"] as? [String: Any])
    #expect(execution["uid"] as? String == trade["uid"] as? String)
    #expect((execution["price"] as? String).flatMap { Int($0) } == trade["price"] as? Int)
    let taker = execution["takerOrder"] as? [String: Any]
    let maker = execution["makerOrder"] as? [String: Any]
    #expect((taker?["direction"] as? String)?.lowercased() == trade["side"] as? String)
    #expect(taker?["direction"] as? String != maker?["direction"] as? String)
    #expect(taker?["uid"] as? String != maker?["uid"] as? String)
  }

  @Test func `every path of the market is found, and only by GET`() throws {
    func endpoint(_ path: String, _ method: String = "GET") -> String? {
      MarketAnswers.endpoint(
        VenueHTTPRequest(method: method, path: path, query: "", body: "", headers: [:]))?.name
    }
    let trading = "/derivatives/api/v3/"
    for (path, name) in [
      (trading + "instruments", "instruments"),
      (trading + "instruments/status", "instruments/status"),
      (trading + "instruments/PF_XBTUSD/status", "instruments/status"),
      (trading + "tickers", "tickers"), (trading + "tickers/PF_XBTUSD", "tickers"),
      (trading + "orderbook", "orderbook"), (trading + "history", "history"),
      (trading + "historical-funding-rates", "historicalfundingrates"),
      ("/derivatives/api/v4/historicalfundingrates", "historicalfundingrates"),
      (trading + "feeschedules", "feeschedules"), (trading + "notifications", "notifications"),
      ("/api/charts/v1", "charts"), ("/api/charts/v1/", "charts"),
      ("/api/charts/v1/trade/PF_XBTUSD/1m", "charts"),
      ("/api/history/v2/market/PF_XBTUSD/executions", "market/executions"),
      ("/api/history/v3/market/PF_XBTUSD/price", "market/price"),
    ] {
      #expect(endpoint(path) == name)
      #expect(endpoint(path, "POST") == nil)
    }
    for path in [
      trading, trading + "instruments/PF_XBTUSD", trading + "feeschedules/volumes",
      trading + "tickers/a/b", "/api/charts/v1/a/b/c/d", "/api/history/v3/market/PF_XBTUSD",
      "/api/history/v3/orders", "/derivatives/api/v4/tickers", "/", "",
    ] { #expect(endpoint(path) == nil, "\(path)") }
  }
}
