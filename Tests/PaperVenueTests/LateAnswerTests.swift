import Foundation
import Testing

@testable import PaperVenue

/// Answers that come when they are ready, from wherever they are made.
@Suite("late answers", .serialized)
struct LateAnswerTests {
  private static func answer(_ text: String) -> VenueHTTPResponse {
    VenueHTTPResponse(body: text, status: 200)
  }

  @Test func `an answer given later on another thread reaches its request`() async throws {
    let held = HeldReplies()
    let server = try LocalServer { held.hold($0, $1) }
    let connection = try server.connect()
    try connection.write("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
    let reply = try await held.take()
    let thread = Thread { reply(Self.answer("late")) }
    thread.start()
    #expect(try connection.read().text == "late")
  }

  @Test func `a pipelined request is heard when the one before it was answered`() async throws {
    let held = HeldReplies()
    let server = try LocalServer { held.hold($0, $1) }
    let connection = try server.connect()
    try connection.write("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n")
    let first = try await held.take()
    // A whole exchange on another connection passes, and the second request is still not heard.
    let other = try server.connect()
    try other.write("GET /c HTTP/1.1\r\nHost: x\r\n\r\n")
    try await held.take()(Self.answer("other"))
    #expect(try other.read().text == "other")
    #expect(held.paths == [])
    first(Self.answer("first"))
    #expect(try connection.read().text == "first")
    try await held.take()(Self.answer("second"))
    #expect(try connection.read().text == "second")
  }

  @Test func `a second answer to one request is dropped`() async throws {
    let held = HeldReplies()
    let server = try LocalServer { held.hold($0, $1) }
    let connection = try server.connect()
    try connection.write("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
    let reply = try await held.take()
    reply(Self.answer("one"))
    reply(Self.answer("two"))
    #expect(try connection.read().text == "one")
    try connection.write("GET /b HTTP/1.1\r\nHost: x\r\n\r\n")
    let next = try await held.take()
    reply(Self.answer("three"))
    next(Self.answer("four"))
    #expect(try connection.read().text == "four")
  }

  @Test func `an answer for a client that left goes nowhere`() async throws {
    let held = HeldReplies()
    let server = try LocalServer { held.hold($0, $1) }
    var connection: HTTPConnection? = try server.connect()
    try connection?.write("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
    let reply = try await held.take()
    connection = nil
    reply(Self.answer("late"))
    let other = try server.connect()
    try other.write("GET /b HTTP/1.1\r\nHost: x\r\n\r\n")
    try await held.take()(Self.answer("here"))
    #expect(try other.read().text == "here")
    reply(Self.answer("later still"))
  }

  @Test func `headers of an answer reach the client`() throws {
    let server = try LocalServer { _, reply in
      var response = Self.answer("x")
      response.headers = [.init(name: "rate-limit-reset", value: "7")]
      reply(response)
    }
    #expect(try server.connect().ask("GET", "/").headers["rate-limit-reset"] == "7")
  }
}
