import Daemon
import Domain
import Exchange
import Foundation
import SimulatedVenue
import Testing

@testable import PaperVenue

/// Two real venues: one plays the real one, the other follows it.
@Suite("a real venue that follows a real venue", .serialized)
struct FollowerProcessTests {
  private let instruments = ["PF_XBTUSD", "PF_ETHUSD"].compactMap { InstrumentID($0) }
    .compactMap { StandardInstruments.instrument($0) }

  private struct Pair {
    let leader: VenueProcess
    let follower: VenueProcess
  }

  private func pair() async throws -> Pair {
    let leader = try VenueProcess()
    try await leader.start()
    let follower = try VenueProcess()
    try await follower.start(["--follow", try #require(leader.address?.url)])
    return Pair(leader: leader, follower: follower)
  }

  private func closed(_ venue: VenueProcess) throws -> [String: String] {
    try #require(try venue.admin("/source").json["closed"] as? [String: String])
  }

  private func opened(_ venue: VenueProcess) async throws {
    try await venue.until("every market is heard: \(try closed(venue))") {
      try closed(venue).isEmpty
    }
  }

  private func until(
    _ listeners: [MarketListener], _ venue: VenueProcess, _ what: String, seconds: Int = 30,
    _ condition: () throws -> Bool
  ) async throws {
    try await venue.until(what, seconds: seconds) {
      for listener in listeners { listener.look() }
      return try condition()
    }
  }

  @Test func `marks, trades and books are the other venue's, and no book crosses`() async throws {
    let pair = try await pair()
    let leader = try MarketListener(url: try #require(pair.leader.address?.url), instruments)
    try await until([leader], pair.leader, "the leader is heard") {
      instruments.allSatisfy { leader.hasBook($0.id) }
    }
    try await opened(pair.follower)
    let follower = try MarketListener(url: try #require(pair.follower.address?.url), instruments)
    try await until([leader, follower], pair.follower, "the follower is heard") {
      instruments.allSatisfy { follower.hasBook($0.id) }
    }
    var asked: [InstrumentID: Set<[String]>] = [:]
    var marks: [InstrumentID: Set<Int64>] = [:]
    let firstTrades = Set(follower.trades.map(\.id))
    // The leader's market trades when it trades: at wall speed four trades may take a while.
    try await until([leader, follower], pair.follower, "enough was seen", seconds: 150) {
      for instrument in instruments {
        let answer = try pair.follower.get("orderbook", "symbol=\(instrument.id.symbol)")
        asked[instrument.id, default: []].insert(try MarketListener.text(answer, instrument))
      }
      for ticker in follower.tickers {
        marks[ticker.instrument, default: []].insert(ticker.mark.ticks)
      }
      return follower.trades.count { !firstTrades.contains($0.id) } >= 4
        && instruments.allSatisfy {
          marks[$0.id]?.count ?? 0 >= 3 && asked[$0.id]?.count ?? 0 >= 10
        }
    }
    // What the follower told last, the leader has told before.
    let newest = try #require(follower.trades.last)
    try await until([leader], pair.leader, "the leader's last words are read") {
      leader.trades.contains { $0.id == newest.id }
    }
    for id in instruments.map(\.id) {
      #expect(asked[id]?.isSubset(of: leader.books[id] ?? []) == true, "books of \(id)")
      let told = Set(leader.tickers.filter { $0.instrument == id }.map(\.mark.ticks))
      #expect(marks[id]?.subtracting(told).count ?? 0 <= 1, "marks of \(id)")
      let theirs = leader.trades.filter { $0.instrument == id }
      let ours = follower.trades.filter { $0.instrument == id }
      let from = try #require(ours.first.flatMap { first in theirs.firstIndex { $0 == first } })
      #expect(Array(theirs[from...].prefix(ours.count)) == ours, "trades of \(id)")
    }
    #expect(follower.crossings == 0 && follower.gaps == 0 && follower.disconnections == 0)
  }

  @Test func `orders are filled at the other venue's prices`() async throws {
    let pair = try await pair()
    let leader = try MarketListener(url: try #require(pair.leader.address?.url), instruments)
    try await opened(pair.follower)
    try await until([leader], pair.leader, "the leader is heard") {
      instruments.allSatisfy { leader.hasBook($0.id) }
    }
    for side in ["buy", "sell", "buy"] {
      let status = try pair.follower.send("mkt", side, "size=0.01")
      #expect(status["status"] as? String == "placed", "\(status)")
    }
    let fills = try #require(try pair.follower.get("fills")["fills"] as? [[String: Any]])
    #expect(fills.count == 3)
    // The leader's words of that moment may still be on their way here.
    try await until([leader], pair.leader, "the leader's words are read") {
      fills.allSatisfy { fill in
        let price = (fill["price"] as? NSNumber)?.int64Value ?? 0
        let side = fill["side"] as? String == "buy" ? "a" : "b"
        return leader.books[instruments[0].id]?.contains { book in
          book.first { $0.hasPrefix("\(side) ") }?.hasPrefix("\(side) \(price) ") == true
        } == true
      }
    }
    // The leader has never heard of an order.
    let book = try pair.leader.admin("/book").json
    #expect((book["orders"] as? [Any])?.isEmpty == true)
  }

  @Test func `a leader that dies stops all trading, is told, and trading goes on when it is back`()
    async throws
  {
    let pair = try await pair()
    try await opened(pair.follower)
    let client = try MarketListener(url: try #require(pair.follower.address?.url), instruments)
    try await until([client], pair.follower, "the follower is heard") {
      instruments.allSatisfy { client.hasBook($0.id) }
    }
    let resting = try pair.follower.send("lmt", "buy", "size=0.01&limitPrice=1000&cliOrdId=rests")
    #expect(resting["status"] as? String == "placed")
    pair.leader.end(with: SIGKILL)
    try await until([client], pair.follower, "every market is closed and told so") {
      try closed(pair.follower).count == instruments.count && client.disconnections > 0
    }
    let refused = try pair.follower.send("mkt", "buy", "size=0.01")
    #expect(refused["status"] as? String == "marketSuspended", "\(refused)")
    #expect((try pair.follower.get("tickers")["tickers"] as? [Any])?.isEmpty == true)
    let cancelled = try pair.follower.post("cancelorder", "cliOrdId=rests")["cancelStatus"]
    #expect((cancelled as? [String: Any])?["status"] as? String == "cancelled")
    let before = client.tickers.count
    try await pair.leader.start()
    try await opened(pair.follower)
    try await until([client], pair.follower, "the market is heard again") {
      client.tickers.count > before + 2
    }
    let filled = try pair.follower.send("mkt", "buy", "size=0.01")
    #expect(filled["status"] as? String == "placed", "\(filled)")
    #expect(client.crossings == 0)
    #expect(pair.follower.log.contains("venue not heard"))
    #expect(pair.follower.log.contains("market heard"))
  }

  @Test func `a follower that is killed comes back with its book and its market`() async throws {
    let pair = try await pair()
    try await opened(pair.follower)
    let bought = try pair.follower.send("mkt", "buy", "size=0.02&cliOrdId=once")
    #expect(bought["status"] as? String == "placed")
    pair.follower.end(with: SIGKILL)
    try await pair.follower.start(["--follow", try #require(pair.leader.address?.url)])
    try await opened(pair.follower)
    let positions = try pair.follower.get("openpositions")["openPositions"] as? [[String: Any]]
    #expect((positions?.first?["size"] as? NSNumber)?.doubleValue == 0.02)
    let again = try pair.follower.send("mkt", "buy", "size=0.02&cliOrdId=once")
    #expect(again["status"] as? String == "clientOrderIdAlreadyExist")
  }
}

extension FollowerProcessTests {
  @Test func `candles are the other venue's`() async throws {
    let pair = try await pair()
    let now = Int64(Date().timeIntervalSince1970)
    for (timeframe, length) in [("1m", Int64(60)), ("15m", 900)] {
      // Closed ones: what still forms is another thing a moment later.
      let range = "from=\(now - 7200)&to=\(now / length * length - 1)"
      let path = "/api/charts/v1/trade/PF_ETHUSD/\(timeframe)"
      let theirs = try pair.leader.ask("GET", path, range).json["candles"] as? [[String: Any]]
      var ours: [[String: Any]]?
      // Its own list is read first.
      try await pair.follower.until("the charts are answered") {
        let answer = try pair.follower.ask("GET", path, range)
        ours = answer.json["candles"] as? [[String: Any]]
        return answer.status == 200
      }
      #expect(ours?.count ?? 0 > 5)
      #expect(NSArray(array: ours ?? []) == NSArray(array: theirs ?? []))
    }
  }

  @Test func `without its leader a first start is tried again, a later one lists what it knew`()
    async throws
  {
    let leader = try VenueProcess()
    try await leader.start()
    let url = try #require(leader.address?.url)
    leader.end(with: SIGKILL)
    let follower = try VenueProcess()
    try follower.launch([
      "--run-dir", follower.runDirectory, "--state-dir", "\(follower.folder)/state", "--key", "k",
      "--secret", VenueProcess.secret, "--follow", url,
    ])
    #expect(try await follower.exitCode() == 75)
    #expect(follower.log.contains("unable to follow \(url)"), "\(follower.log)")
    try await leader.start()
    try await follower.start(["--follow", url])
    try await opened(follower)
    #expect(try follower.send("mkt", "buy", "size=0.01")["status"] as? String == "placed")
    follower.end(with: SIGKILL)
    leader.end(with: SIGKILL)
    try await follower.start(["--follow", url])
    #expect(try closed(follower).count == 2)
    let positions = try follower.get("openpositions")["openPositions"] as? [Any]
    #expect(positions?.count == 1, "a position is there without its market")
    #expect((try follower.get("instruments")["instruments"] as? [Any])?.count == 2)
  }

  @Test(arguments: [["--market", "/tmp"], ["--speed", "2"], ["--instruments", "/tmp/x"]])
  func `flags that contradict it are refused`(_ arguments: [String]) async throws {
    let venue = try VenueProcess()
    try venue.launch(
      [
        "--key", "k", "--secret", VenueProcess.secret, "--follow", "http://127.0.0.1:1",
      ] + arguments)
    #expect(try await venue.exitCode() == 64)
    #expect(venue.log.contains("\(arguments[0]): "), "\(venue.log)")
  }

  @Test(arguments: [
    "futures.kraken.com", "http://futures.kraken.com", "https://", "https://host/path",
    "ftp://127.0.0.1", "http://127.0.0.1.evil.com", "http://127.evil",
  ])
  func `an address that is no venue, or would be read in the clear, is refused`(
    _ url: String
  ) async throws {
    let venue = try VenueProcess()
    try venue.launch(["--key", "k", "--secret", VenueProcess.secret, "--follow", url])
    #expect(try await venue.exitCode() == 64)
    #expect(venue.log.contains("--follow: \(url)"), "\(venue.log)")
  }
}
