import Domain
import Foundation
import Testing

@testable import PaperVenue

/// What a client sees of each fault that concerns what an answer says, and of the admin port.
@Suite("faulty answers", .serialized)
struct FaultyAnswerTests {
  private func venue() async throws -> VenueProcess {
    let venue = try VenueProcess()
    try await venue.start()
    return venue
  }

  private func raw(_ venue: VenueProcess, _ path: String = "tickers") throws -> HTTPConnection {
    let connection = try venue.connect()
    try connection.send("GET", "/derivatives/api/v3/\(path)")
    return connection
  }

  @Test func `truncated: the head promises more than comes`() async throws {
    let venue = try await venue()
    try venue.arm(#"{"fault":{"kind":"truncate","bytes":20}}"#)
    let rest = try raw(venue).rest(milliseconds: 10_000)
    let parts = rest.text.components(separatedBy: "\r\n\r\n")
    #expect(rest.end == .closed)
    #expect(parts.count == 2 && parts.last?.utf8.count == 20)
    #expect(!parts[0].contains("Content-Length: 20\r\n") && parts[0].contains("Content-Length: "))
  }

  @Test func `garbled: a whole answer that is no JSON`() async throws {
    let venue = try await venue()
    try venue.arm(#"{"fault":{"kind":"garble"}}"#)
    let answer = try raw(venue).read()
    #expect(answer.status == 200 && answer.body.count > 20)
    #expect(throws: (any Error).self) { try JSONSerialization.jsonObject(with: answer.body) }
    #expect(try raw(venue).read().json["result"] as? String == "success")
  }

  @Test func `dripped: it comes whole and slowly, and others are served meanwhile`() async throws {
    let venue = try await venue()
    let size = try raw(venue, "tickers/PF_XBTUSD").read().body.count
    let pieces = (size + 49) / 50
    try venue.arm(#"{"fault":{"kind":"drip","bytes":50,"every_ms":40}}"#)
    let start = ContinuousClock.now
    let slow = try raw(venue, "tickers/PF_XBTUSD")
    #expect(try raw(venue).read().json["result"] as? String == "success")
    #expect(try slow.read().json["result"] as? String == "success")
    #expect(ContinuousClock.now - start >= .milliseconds(40 * (pieces - 1)))
    // The connection is as good as any after it.
    try slow.send("GET", "/derivatives/api/v3/tickers")
    #expect(try slow.read().status == 200)
  }

  @Test func `replaced word: an enum value nobody knows`() async throws {
    let venue = try await venue()
    try venue.arm(
      #"{"fault":{"kind":"replace_word","from":"placed","to":"parked"}}"#
    )
    let answer = try FaultEffectTests.send(venue, "a").read()
    #expect(FaultEffectTests.status(answer) == "parked")
    #expect(answer.json["result"] as? String == "success")
  }

  @Test func `set: any value at any place`() async throws {
    let venue = try await venue()
    try venue.arm(
      #"{"fault":{"kind":"set","at":"sendStatus.status","value":"queuedForever"}}"#)
    #expect(
      try FaultEffectTests.status(FaultEffectTests.send(venue, "a").read()) == "queuedForever")
    try venue.arm(#"{"fault":{"kind":"set","at":"sendStatus","value":null}}"#)
    let answer = try FaultEffectTests.send(venue, "b").read()
    #expect(answer.json["sendStatus"] is NSNull)
  }

  @Test func `empty positions: the position is there and is not told`() async throws {
    let venue = try await venue()
    _ = try venue.send("mkt", "buy", "size=0.01")
    func told() throws -> Int? {
      try (venue.get("openpositions")["openPositions"] as? [Any])?.count
    }
    #expect(try told() == 1)
    let id = try venue.arm(#"{"fault":{"kind":"empty_positions"}}"#)
    #expect(try told() == 0)
    #expect(try told() == 0)
    #expect(try venue.admin("/faults/\(id)", "DELETE").status == 200)
    #expect(try told() == 1)
  }

  @Test func `stale snapshot: the account as it was when the fault was armed`() async throws {
    let venue = try await venue()
    _ = try venue.send("lmt", "buy", "size=0.01&limitPrice=99&cliOrdId=old")
    try venue.arm(#"{"id":"stale","fault":{"kind":"stale_snapshot"}}"#)
    _ = try venue.send("lmt", "buy", "size=0.01&limitPrice=99&cliOrdId=new")
    _ = try venue.send("mkt", "buy", "size=0.01")
    func ids() throws -> [String?]? {
      (try venue.get("openorders")["openOrders"] as? [[String: Any]])?
        .map { $0["cliOrdId"] as? String }
    }
    #expect(try ids() == ["old"])
    #expect(try (venue.get("openpositions")["openPositions"] as? [Any])?.count == 0)
    #expect(try (venue.get("fills")["fills"] as? [Any])?.count == 1)
    let unsigned = try raw(venue, "openorders").read()
    #expect(unsigned.json["error"] as? String == "authenticationError")
    _ = try venue.admin("/faults/stale", "DELETE")
    #expect(try ids()?.count == 2)
    #expect(try (venue.get("openpositions")["openPositions"] as? [Any])?.count == 1)
  }

  @Test func `clock skew: serverTime and deadlines go by a wrong clock`() async throws {
    let venue = try await venue()
    try venue.arm(#"{"fault":{"kind":"clock_skew","ms":3600000}}"#)
    let time = try raw(venue).read().json["serverTime"] as? String
    let told = try #require(time.flatMap { ISO8601.milliseconds($0) })
    let now = Int64(Date().timeIntervalSince1970 * 1000)
    #expect((3_500_000...3_700_000).contains(told - now))
    let deadline = ISO8601.text(milliseconds: now + 60_000).replacing(":", with: "%3A")
    let order = try FaultEffectTests.send(venue, "a", "&processBefore=\(deadline)").read()
    #expect(FaultEffectTests.status(order) == "wouldProcessAfterSpecifiedTime")
  }

  @Test func `the admin port lists, counts and disarms faults`() async throws {
    let venue = try await venue()
    try venue.arm(#"{"id":"x","times":2,"match":{"path":"tickers"},"fault":{"kind":"garble"}}"#)
    _ = try raw(venue).read()
    let list = try #require(try venue.admin("/faults").json["faults"] as? [[String: Any]])
    #expect(list.count == 1 && list[0]["id"] as? String == "x")
    #expect(list[0]["hits"] as? Int == 1 && list[0]["spent"] as? Bool == false)
    let document = list[0]["document"] as? [String: Any]
    #expect((document?["fault"] as? [String: Any])?["kind"] as? String == "garble")
    #expect(try venue.admin("/faults/y", "DELETE").status == 404)
    #expect(try venue.admin("/faults", "DELETE").json["disarmed"] as? Int == 1)
    #expect(try raw(venue).read().json["result"] as? String == "success")
  }

  @Test func `what is no fault is refused with a sentence`() async throws {
    let venue = try await venue()
    for text in ["", "{", "{}", #"{"fault":{"kind":"fire"}}"#] {
      let answer = try venue.admin("/faults", "POST", text)
      #expect(answer.status == 400 && answer.json["status"] as? String == "BAD_REQUEST")
    }
    // A form that a page of another site could send.
    let foreign = try venue.admin(
      "/faults", "POST", #"{"fault":{"kind":"garble"}}"#, type: "text/plain")
    #expect(foreign.status == 415)
    #expect(try venue.admin("/faults", "PUT", "{}").status == 405)
    #expect(try (venue.admin("/faults").json["faults"] as? [Any])?.count == 0)
  }
}
