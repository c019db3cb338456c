import Daemon
import Foundation
import Testing

@testable import PaperVenue

/// The real executable, killed and started again.
@Suite("the life of the venue", .serialized)
struct VenueLifeTests {
  private func orders(_ venue: VenueProcess) throws -> [[String: Any]] {
    try #require(try venue.admin("/book").json["orders"] as? [[String: Any]])
  }

  /// The admin port's book without what moves with the market.
  private func book(_ venue: VenueProcess) throws -> Data {
    var book = try venue.admin("/book").json
    book["market_ms"] = nil
    book["account"] = nil
    return try JSONSerialization.data(withJSONObject: book, options: .sortedKeys)
  }

  @Test func `a killed venue comes back with the same book at the same ports`() async throws {
    let venue = try VenueProcess()
    try await venue.start()
    let address = venue.address
    #expect(
      try venue.send("mkt", "buy", "size=0.5&cliOrdId=a")["status"] as? String == "placed")
    #expect(
      try venue.send("stp", "sell", "size=0.5&stopPrice=1000&reduceOnly=true&cliOrdId=b")["status"]
        as? String == "placed")
    #expect(
      try venue.send("lmt", "buy", "size=0.5&limitPrice=2000&cliOrdId=c")["status"] as? String
        == "placed")
    _ = try venue.post("cancelorder", "cliOrdId=c")
    let before = try book(venue)
    let market = try #require(try venue.admin("/book").json["market_ms"] as? Int64)
    for _ in 0..<2 {
      venue.end(with: SIGKILL)
      try await venue.start()
      #expect(try book(venue) == before)
      #expect(venue.address?.url == address?.url && venue.address?.admin == address?.admin)
    }
    let later = try #require(try venue.admin("/book").json["market_ms"] as? Int64)
    #expect(later >= market)
    #expect(
      try venue.send("mkt", "buy", "size=0.5&cliOrdId=a")["status"] as? String
        == "clientOrderIdAlreadyExist")
    #expect(try venue.post("cancelorder", "cliOrdId=b")["result"] as? String == "success")
    #expect(
      try orders(venue).map { $0["status"] as? String } == ["filled", "cancelled", "cancelled"])
  }

  @Test func `killed between requests it forgets no answered order`() async throws {
    let venue = try VenueProcess()
    var answered: [String] = []
    for life in 0..<4 {
      try await venue.start()
      let pid = try #require(venue.process?.processIdentifier)
      for number in 0..<20 {
        let id = "\(life)-\(number)"
        if number == 15 {
          // The request is under way when the process dies: it may count or not, but only once.
          let order =
            "orderType=lmt&symbol=PF_XBTUSD&side=buy&size=0.001&limitPrice=99&cliOrdId=\(id)"
          let path = "/derivatives/api/v3/sendorder"
          let headers = try VenueProcess.signed(path, order).map { "\($0.0): \($0.1)\r\n" }
          try venue.connect().write(
            "POST \(path) HTTP/1.1\r\nHost: x\r\n\(headers.joined())"
              + "Content-Length: \(order.utf8.count)\r\n\r\n\(order)")
          kill(pid, SIGKILL)
          break
        }
        let status = try venue.send("lmt", "buy", "size=0.001&limitPrice=99&cliOrdId=\(id)")
        if status["status"] as? String == "placed" { answered.append(id) }
      }
      venue.end(with: SIGKILL)
    }
    try await venue.start()
    let known = try orders(venue).compactMap { $0["client_order_id"] as? String }
    #expect(Set(answered).isSubset(of: known))
    #expect(Set(known).count == known.count)
    #expect(known.count <= answered.count + 4)
    #expect(answered.count == 60)
  }

  @Test func `a new run with an old book goes on with it`() async throws {
    let venue = try VenueProcess()
    try await venue.start(["--speed", "900"])
    _ = try venue.send("mkt", "buy", "size=0.5&cliOrdId=a")
    let market = try #require(try venue.admin("/book").json["market_ms"] as? Int64)
    venue.end(with: SIGTERM)
    #expect(venue.process?.terminationStatus == 0)
    try FileManager.default.removeItem(atPath: "\(venue.runDirectory)/venue.json")
    try await venue.start()
    let later = try #require(try venue.admin("/book").json["market_ms"] as? Int64)
    // The minute after the order, and not where a quarter of an hour a second would have led to.
    #expect(later >= market - 60_000 * 60)
    #expect(try orders(venue).count == 1)
  }

  @Test func `one book has one writer`() async throws {
    let venue = try VenueProcess()
    try await venue.start()
    let second = try VenueProcess()
    try second.launch([
      "--state-dir", "\(venue.folder)/state", "--key", "k", "--secret", VenueProcess.secret,
      "--listen", "127.0.0.1:0",
    ])
    #expect(try await second.exitCode() == 75)
    #expect(second.log.contains("book.lock"))
  }

  @Test func `it stands alone without directories`() async throws {
    let venue = try VenueProcess()
    try venue.launch([
      "--listen", "127.0.0.1:0", "--key", VenueProcess.key, "--secret", VenueProcess.secret,
    ])
    try await venue.until("it listens") { venue.log.contains("listening on http://127.0.0.1:") }
    let url = try #require(
      venue.log.split(separator: "\n").first { $0.hasPrefix("listening on ") })
    let port = try VenueProcess.port(String(url))
    let answer = try HTTPConnection(port: port).ask("GET", "/derivatives/api/v3/tickers")
    let tickers = try #require(answer.json["tickers"] as? [[String: Any]])
    #expect(tickers.map { $0["symbol"] as? String } == ["PF_ETHUSD", "PF_XBTUSD"])
    venue.end(with: SIGTERM)
    #expect(venue.process?.terminationStatus == 0)
  }
}
