import Domain
import Testing

@testable import Exchange

@Suite("the venue behind its seam", .serialized)
struct VenueTests {
  private func venue(
    _ url: String, timeout: Int64 = 3000, signed: Bool = true
  ) throws -> KrakenFutures {
    try KrakenFutures(
      KrakenFutures.Settings(
        url: url, requestTimeoutMilliseconds: timeout, connectTimeoutMilliseconds: timeout),
      credentials: signed ? Sample.credentials() : nil)
  }

  /// A venue that knows its instruments, whose server goes on with `script`.
  private func ready(
    _ script: [ScriptedServer.Turn], timeout: Int64 = 3000
  ) throws -> (venue: KrakenFutures, server: ScriptedServer) {
    let server = try ScriptedServer([.answer(Sample.instrumentBody)] + script)
    let venue = try venue(server.url, timeout: timeout)
    venue.start(.instruments, tag: 1)
    guard case .answer(.instruments) = Drive.reports(venue).first?.outcome else {
      throw SocketFailure(what: "instruments", code: 0)
    }
    return (venue, server)
  }

  private func isNotSent(_ outcome: VenueOutcome?) -> Bool {
    guard case .refused(let word) = outcome else { return false }
    return word.hasPrefix("NOT_SENT")
  }

  private func isAmbiguous(_ outcome: VenueOutcome?) -> Bool {
    if case .ambiguous = outcome { true } else { false }
  }

  @Test func `an order goes out once, signed, and its answer comes back under its tag`() throws {
    let (venue, server) = try ready([.answer(Sample.sendStatus("placed"))])
    let placement = try Sample.placement(.limit(Price(ticks: 70_000)))
    venue.start(.place(placement), tag: 42)
    let report = try #require(Drive.reports(venue).first)
    #expect(report.tag == 42)
    #expect(report.serverTime == WallTime(milliseconds: 1_795_341_600_100))
    #expect(
      report.outcome
        == .answer(
          .placed(
            PlacementAnswer(
              venueOrderID: VenueOrderID(unchecked: "o-1"), rests: true, fills: [], word: "placed")
          )))
    #expect(venue.deadline == nil)
    let seen = try #require(server.seen.last)
    #expect(server.seen.count == 2)
    #expect(seen.line == "POST /derivatives/api/v3/sendorder HTTP/1.1")
    #expect(seen.body.hasSuffix("&processBefore=2025-11-22T10%3A00%3A00.000Z"))
    let signature = RequestSigner(try Sample.credentials()).signature(
      parameters: seen.body, nonce: try #require(seen.headers["nonce"]),
      endpointPath: "/api/v3/sendorder")
    #expect(seen.headers["authent"] == signature)
    #expect(seen.headers["apikey"] == Sample.key)
  }

  @Test func `nonces grow from request to request, public requests have none`() throws {
    let list = #"{"result":"success","fills":[]}"#
    let (venue, server) = try ready(Array(repeating: .answer(list), count: 5))
    for tag in 2...6 {
      venue.start(.fills, tag: UInt64(tag))
      #expect(Drive.reports(venue).map(\.outcome) == [.answer(.fills([]))])
    }
    #expect(server.seen.first?.headers["nonce"] == nil)
    let nonces = server.seen.dropFirst().compactMap { $0.headers["nonce"].flatMap(Int64.init) }
    #expect(nonces.count == 5)
    #expect(zip(nonces, nonces.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test func `an order on a kept connection that closes is in doubt and was sent once`() throws {
    let (venue, server) = try ready([.drop, .answer(Sample.sendStatus("placed"))])
    venue.start(.place(try Sample.placement()), tag: 2)
    let reports = Drive.reports(venue)
    #expect(reports.count == 1)
    #expect(isAmbiguous(reports.first?.outcome))
    #expect(server.seen.count { $0.line.contains("sendorder") } == 1)
    #expect(venue.deadline == nil)
  }

  @Test(arguments: [
    ScriptedServer.Turn.drop, .silence, .truncate("{\"result\":\"success\"", more: 1),
    .answer(status: 503, "<html>Service Unavailable</html>"), .answer("{\"result\":\"succ"),
    .answer(""), .answer(status: 503, Sample.sendStatus("invalidSize")),
    .answer(#"{"result":"error","error":"Unavailable"}"#),
    .answer(Sample.sendStatus("clientOrderIdAlreadyExist")),
  ])
  func `an order without a definite answer is in doubt`(_ turn: ScriptedServer.Turn) throws {
    let (venue, server) = try ready([turn], timeout: 1000)
    venue.start(.place(try Sample.placement()), tag: 2)
    #expect(isAmbiguous(Drive.reports(venue).first?.outcome))
    #expect(server.seen.count == 2)
  }

  @Test func `an error under HTTP 200 is a refusal, a placed order under 503 is placed`() throws {
    let (venue, server) = try ready([
      .answer(#"{"result":"error","error":"authenticationError"}"#),
      .answer(status: 503, Sample.sendStatus("placed")),
    ])
    venue.start(.place(try Sample.placement()), tag: 2)
    #expect(Drive.reports(venue).map(\.outcome) == [.refused(word: "authenticationError")])
    venue.start(.place(try Sample.placement()), tag: 3)
    guard case .answer(.placed) = Drive.reports(venue).first?.outcome else {
      Issue.record("not placed")
      return
    }
    #expect(server.seen.count == 3)
  }

  @Test func `nothing but the instruments is asked before they are known`() throws {
    let server = try ScriptedServer([])
    let venue = try venue(server.url)
    for (tag, request) in [VenueRequest.fills, .tickers, .place(try Sample.placement())]
      .enumerated()
    {
      venue.start(request, tag: UInt64(tag))
    }
    #expect(venue.deadline == MachineTime(nanoseconds: 0))
    let reports = Drive.reports(venue, count: 3)
    #expect(reports.map(\.tag) == [0, 1, 2])
    #expect(reports.allSatisfy { isNotSent($0.outcome) })
    #expect(server.connections == 0)
  }

  @Test func `a refused connection is known to have sent nothing`() throws {
    let port = try ClosedPort()
    let venue = try venue(port.url)
    venue.start(.instruments, tag: 1)
    #expect(isNotSent(Drive.reports(venue).first?.outcome))
  }

  @Test func `without credentials only public requests leave`() throws {
    let server = try ScriptedServer([.answer(Sample.instrumentBody)])
    let venue = try venue(server.url, signed: false)
    venue.start(.instruments, tag: 1)
    #expect(Drive.reports(venue).count == 1)
    venue.start(.place(try Sample.placement()), tag: 2)
    #expect(Drive.reports(venue).map(\.outcome) == [.refused(word: "NOT_SENT: no credentials")])
    #expect(server.seen.count == 1)
  }

  @Test func `requests beyond the bound are refused and the rest is answered`() throws {
    let bound = CurlTransport.inFlightBound
    let list = ScriptedServer.Turn.answer(#"{"result":"success","openPositions":[]}"#)
    let (venue, server) = try ready(Array(repeating: list, count: bound))
    for tag in 0...bound { venue.start(.openPositions, tag: UInt64(tag)) }
    let reports = Drive.reports(venue, count: bound + 1)
    #expect(Set(reports.map(\.tag)).count == bound + 1)
    #expect(server.seen.count == bound + 1)
    #expect(reports.count { isNotSent($0.outcome) } == 1)
    #expect(reports.count { $0.outcome == .answer(.openPositions([])) } == bound)
  }

  @Test func `foreign entries are counted over all answers`() throws {
    let body = #"{"result":"success","fills":[{"symbol":"PI_XBTUSD"},{"symbol":"pi_ethusd"}]}"#
    let (venue, server) = try ready([.answer(body), .answer(body)])
    for tag in [UInt64(2), 3] {
      venue.start(.fills, tag: tag)
      #expect(Drive.reports(venue).map(\.outcome) == [.answer(.fills([]))])
    }
    #expect(venue.skippedEntries == 4)
    #expect(server.seen.count == 3)
  }

  @Test(arguments: [
    "", "futures.kraken.com", "ftp://a", "https://", "https://a/path", "https://a/", "http://a b",
    "https://user@host", "http://a?b",
  ])
  func `an address that is not one of a venue is refused`(_ url: String) {
    #expect(throws: ExchangeError.badAddress(url)) { try venue(url) }
  }
}
