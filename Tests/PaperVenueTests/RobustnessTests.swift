import Foundation
import Glibc
import Testing

@testable import PaperVenue

/// Bytes that no well-behaved client sends.
@Suite("rough clients", .serialized)
struct RobustnessTests {
  /// A whole text for one connection, by a name that fits into a line of a report.
  struct Bytes: CustomTestStringConvertible, Sendable {
    let name: String
    let text: String

    var testDescription: String { name }
  }

  private static let noRequests = [
    Bytes(name: "zeros", text: "\0\0\0\0\r\n\r\n"), Bytes(name: "a word", text: "hello\r\n\r\n"),
    Bytes(name: "no target", text: "GET\r\n\r\n"),
    Bytes(name: "no such version", text: "GET / HTTP/9.9\r\n\r\n"),
    Bytes(name: "a length below zero", text: "POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n"),
    Bytes(name: "a length in words", text: "POST / HTTP/1.1\r\nContent-Length: five\r\n\r\n"),
    Bytes(
      name: "two lengths",
      text: "POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef"),
    Bytes(name: "a header without a colon", text: "GET / HTTP/1.1\r\nHost x\r\n\r\n"),
    Bytes(name: "a zero in a header", text: "GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n"),
    Bytes(name: "bad chunks", text: "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"),
    Bytes(name: "a TLS greeting", text: "\u{16}\u{03}\u{01}\u{02}\0\u{01}\0\u{01}\r\n\r\n"),
    Bytes(
      name: "a target of 200 kB",
      text: "GET /\(String(repeating: "a", count: 200_000)) HTTP/1.1\r\n\r\n"),
    Bytes(
      name: "headers of 200 kB",
      text: "GET / HTTP/1.1\r\n"
        + String(repeating: "A: \(String(repeating: "a", count: 90))\r\n", count: 2000) + "\r\n"),
  ]

  @Test(arguments: noRequests)
  func `what is no request ends its connection and nothing else`(_ bytes: Bytes) throws {
    let server = try LocalServer.echo()
    let connection = try server.connect()
    // A server that has heard enough closes while we still write.
    try? connection.write(bytes.text)
    let rest = connection.rest(milliseconds: 10_000)
    #expect(rest.end != .silent)
    #expect(rest.text.isEmpty || rest.text.hasPrefix("HTTP/1.1 4"), "\(rest.text.prefix(80))")
    #expect(try server.connect().ask("GET", "/").status == 200)
  }

  @Test(arguments: ["%", "a=%4", "a=%zz", "a=%ff", "%C3%28=1", "a=%ED%A0%80"])
  func `what is not URL-encoded UTF-8 is a bad request`(_ form: String) throws {
    let server = try LocalServer.echo()
    let connection = try server.connect()
    for answer in [
      try connection.ask("POST", "/x", body: form), try connection.ask("GET", "/x?\(form)"),
    ] {
      #expect(answer.status == 400 && answer.json["status"] as? String == "BAD_REQUEST")
    }
    #expect(try connection.ask("GET", "/x").status == 200)
  }

  @Test func `a body that is not UTF-8 is a bad request`() throws {
    let connection = try LocalServer.echo().connect()
    try connection.write("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n")
    try connection.write(bytes: [0xFF, 0xFE])
    #expect(try connection.read().status == 400)
    #expect(try connection.ask("GET", "/x").status == 200)
  }

  @Test func `more parameters than anybody needs are a bad request`() throws {
    let connection = try LocalServer.echo().connect()
    let form = String(repeating: "a=1&", count: 1001)
    #expect(try connection.ask("POST", "/x", body: form).status == 400)
  }

  @Test func `a body in chunks is a body`() throws {
    let connection = try LocalServer.echo().connect()
    try connection.write(
      "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "2\r\na=\r\n1\r\n1\r\n0\r\n\r\n")
    #expect(try connection.read().json["body"] as? String == "a=1")
  }

  @Test func `a client that asks whether it may send its body is told to go on`() throws {
    let connection = try LocalServer.echo().connect()
    try connection.write(
      "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
    #expect(try connection.read().status == 100)
    try connection.write("a=1")
    #expect(try connection.read().json["body"] as? String == "a=1")
    #expect(try connection.ask("GET", "/y").json["path"] as? String == "/y")
  }

  @Test func `a body without an end is cut off`() throws {
    let server = try LocalServer.echo()
    let connection = try server.connect()
    try connection.write("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999999\r\n\r\n")
    let megabyte = String(repeating: "a", count: 1 << 20)
    var sent = 0
    while sent < 1000, (try? connection.write(megabyte)) != nil { sent += 1 }
    #expect(sent < 100)
    #expect(try server.connect().ask("GET", "/").status == 200)
  }

  @Test func `HEAD gets the head of what GET gets, and the connection goes on`() throws {
    let connection = try LocalServer.echo().connect()
    let whole = try connection.ask("GET", "/x")
    let head = try connection.ask("HEAD", "/x")
    #expect(head.status == 200 && head.body.isEmpty)
    #expect(head.headers["content-length"] == whole.headers["content-length"])
    #expect(try connection.ask("GET", "/y").json["path"] as? String == "/y")
  }

  @Test func `a client that wants its connection closed gets an answer and an end`() throws {
    let connection = try LocalServer.echo().connect()
    let answer = try connection.ask("GET", "/x", headers: [("Connection", "close")])
    #expect(answer.status == 200 && connection.isClosed)
    let old = try LocalServer.echo().connect()
    try old.write("GET /x HTTP/1.0\r\n\r\n")
    #expect(try old.read().status == 200)
    #expect(old.isClosed)
  }

  @Test(arguments: ["", "GET /x HT", "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc"])
  func `who never finishes to ask loses the connection`(_ beginning: String) throws {
    let server = try LocalServer.echo(bounds: .init(patienceMilliseconds: 200))
    let connection = try server.connect()
    try connection.write(beginning)
    #expect(connection.rest(milliseconds: 10_000).end == .closed)
  }

  @Test func `bytes that drip in do not prolong anybody's time`() throws {
    let server = try LocalServer.echo(bounds: .init(patienceMilliseconds: 300))
    let connection = try server.connect()
    var end = HTTPConnection.End.silent
    for byte in "GET /\(String(repeating: "a", count: 200)) HTTP/1.1" where end == .silent {
      try? connection.write(String(byte))
      end = connection.rest(milliseconds: 20).end
    }
    #expect(end != .silent)
  }

  @Test func `who waits for our answer is not hurried`() throws {
    let server = HTTPServer()
    let port = try server.listen(
      ListenAddress("127.0.0.1:0", flag: "--listen"), bounds: .init(patienceMilliseconds: 100)
    ) { _, reply in
      server.after(milliseconds: 500) { reply(VenueHTTPResponse(body: "late", status: 200)) }
    }
    #expect(try HTTPConnection(port: port).ask("GET", "/").text == "late")
  }

  @Test func `ten thousand idle connections keep nobody from being served`() async throws {
    let held = FileLimit.raise(forConnections: 10_500)
    try #require(held >= 10_500, "the limit of open files is too low for this test")
    let venue = try VenueProcess()
    try await venue.start()
    let before = try venue.residentKilobytes
    var crowd: [HTTPConnection] = []
    for _ in 0..<10_000 { crowd.append(try venue.connect()) }
    // The last one is served, so all before it were accepted.
    #expect(try crowd.last?.ask("GET", "/derivatives/api/v3/tickers").status == 200)
    for number in 0..<100 {
      let answer = try venue.send("lmt", "buy", "size=0.001&limitPrice=99&cliOrdId=n\(number)")
      #expect(answer["status"] as? String == "placed")
    }
    let grown = try venue.residentKilobytes - before
    #expect(grown < 400_000, "\(grown) kB for 10,000 connections")
    #expect(try crowd[5000].ask("GET", "/derivatives/api/v3/tickers").status == 200)
  }
}
