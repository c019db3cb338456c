import Domain
import Glibc
import Testing

@testable import Exchange

@Suite("the wire", .serialized)
struct TransportTests {
  private func transport(_ url: String, timeout: Int64 = 3000) throws -> CurlTransport {
    try CurlTransport(
      baseURL: url,
      options: CurlTransport.Options(requestMilliseconds: timeout, connectMilliseconds: timeout))
  }

  private func post(_ parameters: String = "a=1") -> HTTPRequest {
    HTTPRequest(method: .post, path: "/orders", parameters: parameters)
  }

  private func ask(_ transport: CurlTransport, _ request: HTTPRequest) -> TransportResult? {
    guard transport.begin(request, tag: 1) == nil else { return nil }
    return Drive.results(transport).first?.result
  }

  @Test func `a request is answered with status and body`() throws {
    let server = try ScriptedServer([.answer("{}"), .answer(status: 404, "no")])
    let transport = try transport(server.url)
    #expect(ask(transport, post()) == .answered(status: 200, body: Array("{}".utf8)))
    let get = HTTPRequest(method: .get, path: "/read", parameters: "x=1&y=2")
    #expect(ask(transport, get) == .answered(status: 404, body: Array("no".utf8)))
    #expect(server.seen.map(\.line) == ["POST /orders HTTP/1.1", "GET /read?x=1&y=2 HTTP/1.1"])
    #expect(server.connections == 1)
  }

  @Test func `a POST on a kept connection that closes is sent once and in doubt`() throws {
    let server = try ScriptedServer([.answer("{}"), .drop, .answer("{}")])
    let transport = try transport(server.url)
    #expect(ask(transport, post("n=1")) == .answered(status: 200, body: Array("{}".utf8)))
    guard case .broken(let why) = ask(transport, post("n=2")) else {
      Issue.record("not in doubt")
      return
    }
    #expect(why == "connection closed before the answer, second sending refused")
    #expect(server.seen.map(\.body) == ["n=1", "n=2"])
    #expect(ask(transport, post("n=3")) == .answered(status: 200, body: Array("{}".utf8)))
  }

  @Test func `a read on a kept connection that closes is sent once as well`() throws {
    let server = try ScriptedServer([.answer("{}"), .drop])
    let transport = try transport(server.url)
    let get = HTTPRequest(method: .get, path: "/read", parameters: "")
    #expect(ask(transport, get) == .answered(status: 200, body: Array("{}".utf8)))
    guard case .broken = ask(transport, get) else {
      Issue.record("not in doubt")
      return
    }
    #expect(server.seen.count == 2)
  }

  @Test(arguments: [
    ScriptedServer.Turn.drop, .silence, .truncate("{\"result\":", more: 10),
    .flood(bytes: CurlTransfer.bodyBound + 1), .raw("no HTTP at all\r\n\r\n"),
  ])
  func `without a whole answer the request is in doubt`(_ turn: ScriptedServer.Turn) throws {
    let server = try ScriptedServer([turn])
    let transport = try transport(server.url, timeout: 1500)
    guard case .broken = ask(transport, post()) else {
      Issue.record("not in doubt after \(turn)")
      return
    }
    #expect(server.seen.count == 1)
    #expect(transport.inFlight == 0)
  }

  @Test func `an answer of the greatest length is taken whole`() throws {
    let server = try ScriptedServer([.flood(bytes: CurlTransfer.bodyBound)])
    guard case .answered(200, let body, _) = ask(try transport(server.url), post()) else {
      Issue.record("not answered")
      return
    }
    #expect(body.count == CurlTransfer.bodyBound)
  }

  @Test func `a refused connection means that nothing was sent`() throws {
    let port = try ClosedPort()
    guard case .notSent(let why) = ask(try transport(port.url), post()) else {
      Issue.record("not known to be unsent")
      return
    }
    #expect(!why.isEmpty)
  }

  @Test func `a name that is not found means that nothing was sent`() throws {
    guard case .notSent = ask(try transport("http://venue.invalid", timeout: 1000), post()) else {
      Issue.record("not known to be unsent")
      return
    }
  }

  @Test func `a TLS handshake that gets nowhere means that nothing was sent`() throws {
    let server = try ScriptedServer([.answer("{}")])
    let secure = server.url.replacing("http://", with: "https://")
    guard case .notSent = ask(try transport(secure, timeout: 500), post()) else {
      Issue.record("not known to be unsent")
      return
    }
    #expect(server.seen.isEmpty)
  }

  @Test func `a request that waits for its answer does not turn the loop`() throws {
    let server = try ScriptedServer([.silence])
    let transport = try transport(server.url, timeout: 1000)
    #expect(transport.begin(post(), tag: 1) == nil)
    var turns = 0
    #expect(Drive.results(transport, turns: &turns).count == 1)
    #expect(server.seen.count == 1)
    #expect(turns < 50)
  }

  @Test func `a redirect is an answer and is not followed`() throws {
    let server = try ScriptedServer([.answer(status: 302, ""), .answer("{}")])
    #expect(ask(try transport(server.url), post()) == .answered(status: 302, body: []))
    #expect(server.seen.count == 1)
  }

  @Test func `a proxy in the environment is ignored`() throws {
    let port = try ClosedPort()
    for name in ["http_proxy", "all_proxy"] { setenv(name, port.url, 1) }
    defer { for name in ["http_proxy", "all_proxy"] { unsetenv(name) } }
    let server = try ScriptedServer([.answer("{}")])
    #expect(
      ask(try transport(server.url), post()) == .answered(status: 200, body: Array("{}".utf8)))
  }

  @Test func `a long body goes out at once, without waiting for a 100`() throws {
    let server = try ScriptedServer([.answer("{}")])
    let long = "a=" + String(repeating: "x", count: 1_500_000)
    #expect(ask(try transport(server.url), post(long)) != nil)
    let seen = try #require(server.seen.first)
    #expect(seen.headers["expect"] == nil)
    #expect(seen.headers["content-type"] == "application/x-www-form-urlencoded")
    #expect(seen.body.utf8.count == long.utf8.count)
  }

  @Test func `requests beyond the bound are not sent`() throws {
    let bound = CurlTransport.inFlightBound
    let server = try ScriptedServer(Array(repeating: .answer("{}"), count: bound))
    let transport = try transport(server.url)
    for tag in 1...bound { #expect(transport.begin(post(), tag: UInt64(tag)) == nil) }
    #expect(transport.begin(post(), tag: 999) == "\(bound) requests are under way")
    let results = Drive.results(transport, count: bound)
    #expect(Set(results.map(\.tag)) == Set((1...bound).map(UInt64.init)))
    #expect(server.seen.count == bound)
    #expect(transport.inFlight == 0)
  }

  @Test func `nothing leaves before the owner's loop turns`() throws {
    let server = try ScriptedServer([.answer("{}")])
    let transport = try transport(server.url)
    #expect(transport.deadline == nil)
    #expect(transport.begin(post(), tag: 7) == nil)
    #expect(transport.deadline == MachineTime(nanoseconds: 0))
    #expect(server.connections == 0)
    #expect(Drive.results(transport).map(\.tag) == [7])
  }

  @Test func `a transport may end with requests under way`() throws {
    let server = try ScriptedServer([.silence])
    var transport: CurlTransport? = try transport(server.url)
    #expect(transport?.begin(post(), tag: 1) == nil)
    _ = transport?.advance(ready: [], now: Drive.now())
    transport = nil
    #expect(server.connections <= 1)
  }
}
