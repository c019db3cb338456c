import Domain
import Glibc
import Testing

@testable import Exchange

/// However a server misbehaves, a request reaches it once and a half answer proves nothing.
@Suite("one sending", .serialized)
struct OneSendingTests {
  private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

  private func transport(_ url: String, timeout: Int64 = 1000) throws -> CurlTransport {
    try CurlTransport(
      baseURL: url,
      options: CurlTransport.Options(
        requestMilliseconds: timeout, connectMilliseconds: timeout))
  }

  private func ask(_ transport: CurlTransport, _ body: String) -> TransportResult? {
    let request = HTTPRequest(method: .post, path: "/order", parameters: body)
    guard transport.begin(request, tag: 1) == nil else { return nil }
    return Drive.results(transport).first?.result
  }

  private func isBroken(_ result: TransportResult?) -> Bool {
    if case .broken = result { true } else { false }
  }

  struct Damage: CustomTestStringConvertible {
    let testDescription: String
    let turn: ScriptedServer.Turn

    init(_ name: String, _ turn: ScriptedServer.Turn) {
      testDescription = name
      self.turn = turn
    }
  }

  static let damages = [
    Damage("the connection closed without a word", .drop),
    Damage("silence", .silence),
    Damage("a status line alone", .raw("HTTP/1.1 200 OK\r\n")),
    Damage("half a header", .raw("HTTP/1.1 200 OK\r\nContent-Le")),
    Damage("headers and no body", .raw("HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n")),
    Damage("half a body", .truncate(#"{"result":"succ"#, more: 20)),
    Damage(
      "half a body on a line that stays",
      .kept(
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"res")),
    Damage(
      "a length that is no number",
      .raw(
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n{}")),
    Damage(
      "two lengths",
      .raw(
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 40\r\n\r\n{}")),
    Damage(
      "a chunk cut short",
      .raw(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{\"res")),
    Damage(
      "chunks without an end",
      .raw(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n")),
    Damage(
      "a chunk of a bad size",
      .raw(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n")),
    Damage("a 100 and then nothing", .raw("HTTP/1.1 100 Continue\r\n\r\n")),
    Damage("a 100 and then silence", .kept("HTTP/1.1 100 Continue\r\n\r\n")),
    Damage("no HTTP", .raw("SSH-2.0-OpenSSH_9.2\r\n")),
    Damage("HTTP of a time to come", .raw("HTTP/9.9 200 OK\r\n\r\n{}")),
  ]

  @Test(arguments: damages)
  func `a first request is sent once and in doubt`(_ damage: Damage) throws {
    let server = try ScriptedServer([damage.turn, .answer("{}"), .answer("{}")])
    let transport = try transport(server.url)
    #expect(isBroken(ask(transport, "n=1")))
    #expect(server.seen.map(\.body) == ["n=1"])
    #expect(transport.inFlight == 0)
  }

  @Test(arguments: damages)
  func `a request on a kept connection is sent once and in doubt`(_ damage: Damage) throws {
    let server = try ScriptedServer([
      .answer("{}"), damage.turn, .answer("{}"), .answer("{}"),
    ])
    let transport = try transport(server.url)
    #expect(ask(transport, "n=1") == .answered(status: 200, body: Array("{}".utf8)))
    #expect(isBroken(ask(transport, "n=2")))
    #expect(server.seen.map(\.body) == ["n=1", "n=2"])
    // The next one has a connection of its own and its own answer.
    #expect(ask(transport, "n=3") == .answered(status: 200, body: Array("{}".utf8)))
    #expect(server.seen.map(\.body) == ["n=1", "n=2", "n=3"])
    #expect(server.seen.last?.connection ?? 0 > 1)
  }

  @Test(arguments: [
    "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Early Hints\r\nDate: never\r\n\r\n",
    "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n",
  ])
  func `what comes before the answer is not the answer`(_ early: String) throws {
    let server = try ScriptedServer([.kept(early + Self.ok), .kept(early + Self.ok)])
    let transport = try transport(server.url)
    for body in ["n=1", "n=2"] {
      #expect(ask(transport, body) == .answered(status: 200, body: Array("{}".utf8)))
    }
    #expect(server.seen.map(\.body) == ["n=1", "n=2"])
    #expect(server.connections == 1)
  }

  @Test func `what comes after an answer is not the next one's`() throws {
    let stray = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray"
    let server = try ScriptedServer([.kept(Self.ok + stray), .answer("mine"), .answer("mine")])
    let transport = try transport(server.url)
    #expect(ask(transport, "n=1") == .answered(status: 200, body: Array("{}".utf8)))
    let next = ask(transport, "n=2")
    #expect(next == .answered(status: 200, body: Array("mine".utf8)))
    #expect(server.seen.map(\.body) == ["n=1", "n=2"])
  }

  @Test func `more than the length that was named is cut off and spoils the connection`() throws {
    let server = try ScriptedServer([
      .kept("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}{\"result\":1}"), .answer("mine"),
    ])
    let transport = try transport(server.url)
    #expect(ask(transport, "n=1") == .answered(status: 200, body: Array("{}".utf8)))
    #expect(ask(transport, "n=2") == .answered(status: 200, body: Array("mine".utf8)))
    #expect(server.connections == 2)
  }

  @Test func `a hundred requests to a server that drops every other one arrive once each`() throws {
    let turns = (0..<100).map { $0 % 2 == 0 ? ScriptedServer.Turn.answer("{}") : .drop }
    let server = try ScriptedServer(turns)
    let transport = try transport(server.url)
    for number in 0..<100 {
      let result = ask(transport, "n=\(number)")
      #expect(isBroken(result) == (number % 2 == 1))
    }
    #expect(server.seen.map(\.body) == (0..<100).map { "n=\($0)" })
  }

  @Test func `the body on the wire is to the byte what was signed`() throws {
    let server = try ScriptedServer(Array(repeating: .answer("{}"), count: 20))
    let transport = try transport(server.url)
    let signer = RequestSigner(try Sample.credentials())
    for number in 0..<20 {
      var parameters = Parameters(["processBefore": "2026-11-22T10:00:00.000Z"])
      let odd = String((0..<number).map { Character(Unicode.Scalar(UInt8(33 + $0 * 4))) })
      parameters.add("cli Ord&Id=ü", odd + "€ %41+")
      let request = HTTPRequest(
        method: .post, path: "/derivatives/api/v3/sendorder", parameters: parameters.text)
      let nonce = Int64(1_795_341_600_000_000 + number)
      #expect(transport.begin(signer.signed(request, nonce: nonce), tag: 1) == nil)
      #expect(Drive.results(transport).count == 1)
      let seen = try #require(server.seen.last)
      #expect(seen.body == parameters.text)
      #expect(seen.headers["content-length"] == "\(parameters.text.utf8.count)")
      #expect(
        seen.headers["authent"]
          == signer.signature(
            parameters: seen.body, nonce: "\(nonce)", endpointPath: "/api/v3/sendorder"))
    }
    #expect(server.connections == 1)
  }

  @Test func `a proxy is asked only when it is named`() throws {
    let proxy = try ScriptedServer([.answer("proxied")])
    let options = CurlTransport.Options(
      requestMilliseconds: 1000, connectMilliseconds: 1000, proxy: proxy.url)
    let transport = try CurlTransport(baseURL: "http://venue.invalid", options: options)
    #expect(ask(transport, "n=1") == .answered(status: 200, body: Array("proxied".utf8)))
    #expect(proxy.seen.map(\.line) == ["POST http://venue.invalid/order HTTP/1.1"])
  }

  @Test(arguments: ["http_proxy", "https_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"])
  func `no variable of the environment makes a proxy`(_ name: String) throws {
    let proxy = try ScriptedServer([])
    setenv(name, proxy.url, 1)
    defer { unsetenv(name) }
    let server = try ScriptedServer([.answer("{}")])
    #expect(
      ask(try transport(server.url), "n=1") == .answered(status: 200, body: Array("{}".utf8)))
    #expect(proxy.connections == 0)
  }

  @Test func `date and limit of the header are kept, those of a 1xx are not`() throws {
    let early = "HTTP/1.1 103 Early Hints\r\nDate: Sun, 06 Nov 1994 08:49:36 GMT\r\n\r\n"
    let server = try ScriptedServer([
      .kept(
        early + "HTTP/1.1 429 Slow\r\nDATE: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
          + "Rate-Limit-Reset: 7\r\nContent-Length: 0\r\n\r\n"),
      .kept(early + Self.ok),
    ])
    let transport = try transport(server.url)
    #expect(
      ask(transport, "n=1")
        == .answered(
          status: 429, body: [],
          head: AnswerHead(date: 784_111_777_000, rateLimitReset: 7)))
    #expect(ask(transport, "n=2") == .answered(status: 200, body: Array("{}".utf8)))
  }

  @Test(arguments: [
    "Sun, 06 Nov 1994 08:49:37", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "",
    "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 31 Feb 1994 08:49:37 GMT",
    "Sun, 6 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 19 08:49:37 GMT", "Sun, 06 XYZ 1994 08:49:37 GMT",
  ])
  func `a date of another form is none`(_ text: String) {
    #expect(HTTPDate.milliseconds(text) == nil)
    #expect(HTTPDate.milliseconds("Sun, 06 Nov 1994 08:49:37 GMT") == 784_111_777_000)
  }
}
