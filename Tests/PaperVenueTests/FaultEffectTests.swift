import Domain
import Foundation
import Testing

@testable import PaperVenue

/// What a client sees of each fault that concerns whether and when a request is processed.
@Suite("faults on the way", .serialized)
struct FaultEffectTests {
  static let path = "/derivatives/api/v3/sendorder"

  static func order(_ id: String, _ more: String = "") -> String {
    "orderType=lmt&symbol=PF_XBTUSD&side=buy&size=0.01&limitPrice=99&cliOrdId=\(id)\(more)"
  }

  /// Sends an order on a connection of its own and reads nothing.
  static func send(
    _ venue: VenueProcess, _ id: String, _ more: String = ""
  ) throws -> HTTPConnection {
    let connection = try venue.connect()
    let body = order(id, more)
    try connection.send("POST", path, headers: VenueProcess.signed(path, body), body: body)
    return connection
  }

  static func status(_ answer: HTTPConnection.Answer) -> String? {
    (answer.json["sendStatus"] as? [String: Any])?["status"] as? String
  }

  /// How many orders with this client id are in the book.
  static func orders(_ venue: VenueProcess, _ id: String) throws -> Int {
    let orders = try venue.admin("/book").json["orders"] as? [[String: Any]]
    return orders?.filter { $0["client_order_id"] as? String == id }.count ?? -1
  }

  private func venue() async throws -> VenueProcess {
    let venue = try VenueProcess()
    try await venue.start()
    return venue
  }

  @Test func `answer lost: the order is placed and not a byte comes back`() async throws {
    let venue = try await venue()
    let id = try venue.arm(
      #"{"match":{"parameters":{"cliOrdId":"a"}},"fault":{"kind":"answer_lost"}}"#
    )
    let rest = try Self.send(venue, "a").rest(milliseconds: 10_000)
    #expect(rest.text.isEmpty && rest.end == .closed)
    #expect(try Self.orders(venue, "a") == 1)
    #expect(try venue.hits(id) == 1)
    #expect(try Self.status(Self.send(venue, "b").read()) == "placed")
  }

  @Test func `answer lost silently: the connection stays and says nothing`() async throws {
    let venue = try await venue()
    try venue.arm(#"{"fault":{"kind":"answer_lost","silent":true}}"#)
    let rest = try Self.send(venue, "a").rest(milliseconds: 300)
    #expect(rest.text.isEmpty && rest.end == .silent)
    #expect(try Self.orders(venue, "a") == 1)
  }

  @Test(arguments: [true, false])
  func `request lost: no order and no byte`(_ isSilent: Bool) async throws {
    let venue = try await venue()
    try venue.arm(#"{"fault":{"kind":"request_lost","silent":\#(isSilent)}}"#)
    let rest = try Self.send(venue, "a").rest(milliseconds: isSilent ? 300 : 10_000)
    #expect(rest.text.isEmpty && rest.end == (isSilent ? .silent : .closed))
    #expect(try Self.orders(venue, "a") == 0)
  }

  @Test func `delay: an order that comes past its deadline is refused`() async throws {
    let venue = try await venue()
    try venue.arm(#"{"fault":{"kind":"delay","ms":600}}"#)
    let now = Int64(Date().timeIntervalSince1970 * 1000)
    let deadline = ISO8601.text(milliseconds: now + 300).replacing(":", with: "%3A")
    let answer = try Self.send(venue, "a", "&processBefore=\(deadline)").read()
    #expect(Self.status(answer) == "wouldProcessAfterSpecifiedTime")
  }

  @Test func `delayed answer: the order is in the book before the client hears of it`() async throws
  {
    let venue = try await venue()
    try venue.arm(#"{"match":{"path":"sendorder"},"fault":{"kind":"delay_answer","ms":1000}}"#)
    let start = ContinuousClock.now
    let connection = try Self.send(venue, "a")
    try await venue.until("the order is there") { try Self.orders(venue, "a") == 1 }
    #expect(try Self.status(connection.read()) == "placed")
    #expect(ContinuousClock.now - start >= .milliseconds(1000))
  }

  @Test func `twice: the venue places an order two times that has no id of its client`()
    async throws
  {
    let venue = try await venue()
    try venue.arm(#"{"fault":{"kind":"twice","answer":"first"}}"#)
    let answer = try venue.send("mkt", "buy", "size=0.01")
    #expect(answer["status"] as? String == "placed")
    #expect(try (venue.get("fills")["fills"] as? [Any])?.count == 2)
  }

  @Test func `twice: the second answer says that the client id is known`() async throws {
    let venue = try await venue()
    try venue.arm(#"{"fault":{"kind":"twice"}}"#)
    #expect(try Self.status(Self.send(venue, "a").read()) == "clientOrderIdAlreadyExist")
    #expect(try Self.orders(venue, "a") == 1)
  }

  @Test(arguments: [true, false])
  func `an error status with and without the order placed`(_ isProcessed: Bool) async throws {
    let venue = try await venue()
    try venue.arm(
      #"{"fault":{"kind":"status","code":503,"processed":\#(isProcessed)}}"#)
    let answer = try Self.send(venue, "a").read()
    #expect(answer.status == 503 && answer.json["error"] as? String == "Unavailable")
    #expect(try Self.orders(venue, "a") == (isProcessed ? 1 : 0))
  }

  @Test func `a status may bring a body of a proxy`() async throws {
    let venue = try await venue()
    try venue.arm(#"{"fault":{"kind":"status","code":520,"body":"<html>sorry"}}"#)
    let answer = try Self.send(venue, "a").read()
    #expect(answer.status == 520 && answer.text == "<html>sorry")
  }

  @Test func `rate limited: 429 with a header, or 200 with the venue's word`() async throws {
    let venue = try await venue()
    try venue.arm(#"{"fault":{"kind":"rate_limited","reset_s":7}}"#)
    let first = try Self.send(venue, "a").read()
    #expect(first.status == 429 && first.headers["rate-limit-reset"] == "7")
    try venue.arm(#"{"fault":{"kind":"rate_limited","code":200}}"#)
    let second = try Self.send(venue, "a").read()
    #expect(second.status == 200 && second.json["error"] as? String == "apiLimitExceeded")
    #expect(try Self.orders(venue, "a") == 0)
  }

  @Test func `reset before: a reset and no order; reset after: a reset and an order`() async throws
  {
    let venue = try await venue()
    try venue.arm(#"{"fault":{"kind":"reset_before"}}"#)
    #expect(try Self.send(venue, "a").rest(milliseconds: 10_000).end == .reset)
    try venue.arm(#"{"fault":{"kind":"reset_after"}}"#)
    #expect(try Self.send(venue, "b").rest(milliseconds: 10_000).end == .reset)
    #expect(try Self.orders(venue, "a") == 0)
    #expect(try Self.orders(venue, "b") == 1)
  }

  @Test func `fills before the answer: the answer waits until the fill can be seen`() async throws {
    let venue = try await venue()
    try venue.arm(#"{"match":{"path":"sendorder"},"fault":{"kind":"fills_before_answer"}}"#)
    let connection = try venue.connect()
    let body = "orderType=mkt&symbol=PF_XBTUSD&side=buy&size=0.01"
    try connection.send(
      "POST", Self.path, headers: VenueProcess.signed(Self.path, body), body: body)
    try await venue.until("the fill is seen") {
      try (venue.get("fills")["fills"] as? [Any])?.count == 1
    }
    #expect(try Self.status(connection.read()) == "placed")
  }
}
