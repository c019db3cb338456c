import Domain
import Testing

@testable import Exchange

@Suite("limits, warmth and clock behind the seam", .serialized)
struct VenueLimitTests {
  private static let fills = #"{"result":"success","fills":[]}"#

  private func ready(
    _ script: [ScriptedServer.Turn], _ change: (inout KrakenFutures.Settings) -> Void = { _ in }
  ) throws -> (venue: KrakenFutures, server: ScriptedServer) {
    let server = try ScriptedServer([.answer(Sample.instrumentBody)] + script)
    var settings = KrakenFutures.Settings(
      url: server.url, requestTimeoutMilliseconds: 3000, connectTimeoutMilliseconds: 3000)
    change(&settings)
    let venue = try KrakenFutures(settings, credentials: Sample.credentials())
    venue.start(.instruments, tag: 1)
    guard case .answer(.instruments) = Drive.reports(venue).first?.outcome else {
      throw SocketFailure(what: "instruments", code: 0)
    }
    return (venue, server)
  }

  private func word(_ report: VenueReport?) -> String? {
    if case .refused(let word) = report?.outcome { word } else { nil }
  }

  @Test func `an entry without budget ends at once and no byte of it leaves`() throws {
    let (venue, server) = try ready(
      Array(repeating: .answer(Sample.sendStatus("placed")), count: 16))
    for tag in UInt64(2)...16 {
      venue.start(.place(try Sample.placement()), tag: tag)
      #expect(word(Drive.reports(venue).first) == nil)
    }
    venue.start(.place(try Sample.placement()), tag: 17)
    #expect(
      word(Drive.reports(venue).first)
        == "NOT_SENT: rate budget of entries: 0 tokens left of 10")
    #expect(server.seen.count == 16)
    #expect(venue.ended.requests == 17 && venue.ended.errors == [.notSent: 1])
    let left = venue.tokensLeft(now: SystemClock.machine()).map { "\($0.name) \($0.tokens)" }
    #expect(
      left == ["entries 0", "protection 150", "cancels 100", "reconciliation 80", "history 90"])
    // A cancel goes out all the same.
    venue.start(
      .cancel(ClientOrderID(unchecked: "i-0123abcd"), processBefore: WallTime(milliseconds: 0)),
      tag: 18)
    #expect(word(Drive.reports(venue).first)?.hasPrefix("NOT_SENT") != true)
    #expect(server.seen.count == 17)
  }

  @Test(arguments: [
    ScriptedServer.Turn.answer(#"{"result":"error","error":"apiLimitExceeded"}"#),
    .answer(status: 429, "<html>Too Many Requests</html>"),
    .kept("HTTP/1.1 429 No\r\nrate-limit-reset: 9\r\nContent-Length: 0\r\n\r\n"),
  ])
  func `the venue's limit stops what comes after it`(_ limit: ScriptedServer.Turn) throws {
    let (venue, server) = try ready([limit, .answer(Sample.instrumentBody)])
    venue.start(.fills, tag: 2)
    #expect(Drive.reports(venue).count == 1)
    let stop = try Sample.placement(.stop(trigger: Price(ticks: 1)), reduceOnly: true)
    for request in [VenueRequest.place(stop), .fills, .place(try Sample.placement())] {
      venue.start(request, tag: 3)
      #expect(word(Drive.reports(venue).first)?.hasPrefix("NOT_SENT: rate budget of") == true)
    }
    // What costs nothing is still asked.
    venue.start(.instruments, tag: 4)
    #expect(Drive.reports(venue).count == 1)
    #expect(server.seen.count == 3)
  }

  @Test func `what never left is not paid for`() throws {
    let port = try ClosedPort()
    let list = ScriptedServer.Turn.answer(Self.fills)
    let (venue, server) = try ready([list])
    var settings = KrakenFutures.Settings(
      url: port.url, requestTimeoutMilliseconds: 1000, connectTimeoutMilliseconds: 1000)
    settings.instrumentAgeMilliseconds = 1
    let closed = try KrakenFutures(settings, credentials: Sample.credentials())
    for tag in UInt64(1)...200 {
      closed.start(.instruments, tag: tag)
      #expect(word(Drive.reports(closed).first)?.contains("rate budget") == false)
    }
    venue.start(.fills, tag: 2)
    #expect(Drive.reports(venue).map(\.outcome) == [.answer(.fills([]))])
    #expect(server.seen.count == 2)
  }

  @Test func `history that was spent in an earlier life is spent`() throws {
    let window = VenueRequest.orderHistory(
      since: WallTime(milliseconds: 0), before: WallTime(milliseconds: 1))
    let (venue, server) = try ready([.answer(#"{"elements":[]}"#)])
    venue.start(window, tag: 2)
    #expect(Drive.reports(venue).map(\.outcome) == [.answer(.orderHistory([]))])
    let spent = venue.historySpending()
    #expect(spent.times.count == 1)
    let (next, other) = try ready([])
    next.restore(HistorySpending(times: Array(repeating: spent.times[0], count: 90)))
    next.start(window, tag: 2)
    #expect(
      word(Drive.reports(next).first)
        == "NOT_SENT: rate budget of reconciliation: 0 tokens left of 1")
    #expect(other.seen.count == 1)
    #expect(server.seen.count == 2)
  }

  @Test func `a connection that idles is kept warm by one small public request at a time`() throws {
    let status = ScriptedServer.Turn.answer(
      #"{"result":"success","serverTime":"2026-11-22T10:00:00.000Z"}"#)
    let (venue, server) = try ready([status, status, status, .answer(Self.fills)]) {
      $0.warmAfterMilliseconds = 30
    }
    while venue.warmings < 3 || server.seen.count < 4 {
      #expect(venue.deadline != nil)
      #expect(Drive.reports(venue, count: 1, within: 50).isEmpty)
      try #require(venue.warmings <= 4)
    }
    let warmings = server.seen.dropFirst()
    #expect(
      warmings.allSatisfy {
        $0.line == "GET /derivatives/api/v3/instruments/PF_XBTUSD/status HTTP/1.1"
          && $0.headers["authent"] == nil
      })
    #expect(server.connections == 1)
  }

  @Test func `a venue that is gone is asked once in an interval to keep warm`() throws {
    let (venue, server) = try ready(Array(repeating: .drop, count: 250)) {
      $0.warmAfterMilliseconds = 100
    }
    let begun = Drive.now()
    #expect(Drive.reports(venue, count: 1, within: 1050).isEmpty)
    let passed = Drive.now().milliseconds(since: begun)
    #expect(Int64(venue.warmings) <= passed / 100)
    #expect(venue.warmings >= 2)
    // The last may still be on its way.
    #expect((venue.warmings...venue.warmings + 1).contains(server.seen.count))
  }

  @Test func `nothing is warmed before there is anything to warm, nor without being told to`()
    throws
  {
    let server = try ScriptedServer([])
    var settings = KrakenFutures.Settings(
      url: server.url, requestTimeoutMilliseconds: 1000, connectTimeoutMilliseconds: 1000)
    settings.warmAfterMilliseconds = 1
    let unready = try KrakenFutures(settings, credentials: nil)
    #expect(unready.deadline == nil)
    #expect(unready.advance(ready: [], now: Drive.now()).isEmpty)
    #expect(server.connections == 0)
    let (venue, _) = try ready([])
    #expect(venue.deadline == nil)
  }

  @Test func `answers teach the venue's clock, by the header where the body says nothing`() throws {
    let charts = "{\"elements\":[]}"
    let dated = ScriptedServer.Turn.kept(
      "HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 10:00:00 GMT\r\n"
        + "Content-Length: \(charts.utf8.count)\r\n\r\n\(charts)")
    let (venue, server) = try ready([dated, dated, dated])
    #expect(venue.clock.now(at: Drive.now()) == nil)
    for tag in UInt64(2)...4 {
      venue.start(
        .orderHistory(since: WallTime(milliseconds: 0), before: WallTime(milliseconds: 1)),
        tag: tag)
      #expect(Drive.reports(venue).map(\.outcome) == [.answer(.orderHistory([]))])
    }
    let at = Drive.now()
    let now = try #require(venue.clock.now(at: at))
    #expect(abs(now.milliseconds - 1_795_341_600_000) < 5000)
    #expect(venue.clock.uncertaintyMilliseconds(at: at) ?? 9999 <= 1000)
    #expect(server.seen.count == 4)
  }
}
