import Daemon
import Foundation
import Testing

@testable import PaperVenue

/// The venue's ports under clients of every kind.
@Suite("the wire", .serialized)
struct HTTPTests {
  @Test func `one connection serves many requests, and pipelined ones in order`() async throws {
    let venue = try VenueProcess()
    try await venue.start()
    let connection = try venue.connect()
    for _ in 0..<50 {
      #expect(try connection.ask("GET", "/derivatives/api/v3/instruments").status == 200)
    }
    let request = "GET /derivatives/api/v3/tickers/PF_%@ HTTP/1.1\r\nHost: x\r\n\r\n"
    try connection.write(
      ["XBTUSD", "ETHUSD", "XBTUSD"].map { String(format: request, $0) }.joined())
    for symbol in ["PF_XBTUSD", "PF_ETHUSD", "PF_XBTUSD"] {
      let ticker = try connection.read().json["ticker"] as? [String: Any]
      #expect(ticker?["symbol"] as? String == symbol)
    }
  }

  @Test func `a body beyond 512 KiB is refused and the connection ends`() async throws {
    let venue = try VenueProcess()
    try await venue.start()
    let connection = try venue.connect()
    let body = String(repeating: "a", count: 600_000)
    let answer = try connection.ask("POST", "/derivatives/api/v3/sendorder", body: body)
    #expect(answer.status == 413)
    #expect(answer.json["status"] as? String == "BAD_REQUEST")
    #expect(connection.isClosed)
  }

  @Test func `one peer too many is told so, and there is room when another leaves`() async throws {
    var bounds = HTTPServer.Bounds()
    bounds.connections = 20
    let server = try LocalServer.echo(bounds: bounds)
    var crowd = try (0..<20).map { _ in try server.connect() }
    // Served, so accepted: the bound is reached.
    for peer in crowd { #expect(try peer.ask("GET", "/").status == 200) }
    let extra = try server.connect()
    let answer = try extra.read()
    #expect(answer.status == 503 && answer.json["error"] as? String == "Unavailable")
    #expect(extra.isClosed)
    crowd.removeLast()
    let end = ContinuousClock.now + .seconds(10)
    while (try? server.connect().ask("GET", "/").status) != 200 {
      #expect(ContinuousClock.now < end)
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  @Test func `a peer that asks and never reads costs a bounded amount of memory`() async throws {
    let venue = try VenueProcess()
    try await venue.start()
    let before = try venue.residentKilobytes
    let connection = try venue.connect()
    let padding = String(repeating: "a", count: 1000)
    let request =
      "GET /derivatives/api/v3/instruments HTTP/1.1\r\nHost: x\r\nPad: \(padding)\r\n\r\n"
    let batch = String(repeating: request, count: 100)
    // 60,000 answers of 1.4 kB, more than the kernel holds, unless the venue stops to listen.
    var sent = 0
    while sent < 600, connection.offer(batch) { sent += 1 }
    #expect(sent < 600)
    #expect(try venue.connect().ask("GET", "/derivatives/api/v3/tickers").status == 200)
    #expect(try venue.residentKilobytes - before < 40_000)
  }

  @Test func `a signed request is heard once`() async throws {
    let venue = try VenueProcess()
    try await venue.start()
    let path = "/derivatives/api/v3/sendorder"
    let order = "orderType=mkt&symbol=PF_XBTUSD&side=buy&size=0.01"
    let headers = try VenueProcess.signed(path, order)
    let connection = try venue.connect()
    let first = try connection.ask("POST", path, headers: headers, body: order)
    #expect((first.json["sendStatus"] as? [String: Any])?["status"] as? String == "placed")
    let second = try connection.ask("POST", path, headers: headers, body: order)
    #expect(second.status == 200 && second.json["error"] as? String == "nonceDuplicate")
    #expect(try venue.get("fills")["fills"].map { ($0 as? [Any])?.count } == 1)
  }

  @Test(arguments: ["OPTIONS", "DELETE", "PATCH", "TRACE", "HEAD"])
  func `a method the venue has no answer for is not found`(_ method: String) async throws {
    let venue = try VenueProcess()
    try await venue.start()
    let connection = try venue.connect()
    let answer = try connection.ask(method, "/derivatives/api/v3/sendorder")
    #expect(answer.status == 404)
    #expect(try connection.ask("GET", "/derivatives/api/v3/tickers").status == 200)
    #expect(try connection.ask("HEAD", "/derivatives/api/v3/tickers").status == 200)
  }

  @Test func `an old nonce is below the threshold when a thousand newer ones came`() async throws {
    let venue = try VenueProcess()
    try await venue.start()
    let path = "/derivatives/api/v3/accounts"
    let connection = try venue.connect()
    func word(_ nonce: Int) throws -> String? {
      let headers = try VenueProcess.signed(path, "", nonce: String(nonce))
      return try connection.ask("GET", path, headers: headers).json["error"] as? String
    }
    for nonce in 1001...(2001 + NonceWindow.most) { #expect(try word(nonce) == nil) }
    #expect(try word(1000) == "nonceBelowThreshold")
    #expect(try word(2000 + NonceWindow.most) == "nonceDuplicate")
    // A new life of the venue knows no nonces.
    venue.end(with: SIGKILL)
    try await venue.start()
    #expect(
      try venue.connect().ask(
        "GET", path, headers: VenueProcess.signed(path, "", nonce: "1000")
      ).json["result"] as? String == "success")
  }

  @Test func `parameters may stand in query and body, and are signed as they stand`() async throws {
    let venue = try VenueProcess()
    try await venue.start()
    let path = "/derivatives/api/v3/sendorder"
    let parts = ["orderType=mkt&symbol=PF_XBTUSD", "side=buy&size=0.01&cliOrdId=a%2Db"]
    func send(_ signed: String, query: String, body: String) throws -> [String: Any] {
      let target = query.isEmpty ? path : "\(path)?\(query)"
      return try venue.connect().ask(
        "POST", target, headers: VenueProcess.signed(path, signed), body: body
      ).json
    }
    for (number, (query, body)) in [
      (parts[0], parts[1]), (parts.joined(separator: "&") + "1", ""),
      ("", parts.joined(separator: "&") + "2"),
    ].enumerated() {
      let answer = try send(query + body, query: query, body: body)["sendStatus"] as? [String: Any]
      #expect(answer?["status"] as? String == "placed", "\(number)")
    }
    // The flow until 2024 signed the decoded text.
    let body = parts.joined(separator: "&") + "3"
    let decoded = try #require(body.removingPercentEncoding)
    #expect(
      try send(decoded, query: "", body: body)["error"] as? String == "authenticationError")
  }

  @Test func `the answer to an order is in the book file before it is sent`() async throws {
    let venue = try VenueProcess()
    try await venue.start()
    for number in 0..<20 {
      _ = try venue.send("lmt", "buy", "size=0.001&limitPrice=99&cliOrdId=n\(number)")
      let text = try String(contentsOfFile: venue.book, encoding: .utf8)
      #expect(text.contains("\"client\":\"n\(number)\""))
    }
    _ = try venue.send("mkt", "buy", "size=0.00001&cliOrdId=small")
    let text = try String(contentsOfFile: venue.book, encoding: .utf8)
    #expect(text.contains("cliOrdId=small"))
  }
}
