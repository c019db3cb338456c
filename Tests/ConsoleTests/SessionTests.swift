import Testing

@testable import Console

@Suite("console: sessions")
struct SessionTests {
  private static let token = String(repeating: "k", count: 64)

  @Test func `the code is HMAC-SHA-256`() {
    // RFC 4231, test case 2.
    #expect(
      Session.mac("Jefe", "what do ya want for nothing?")
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
  }

  @Test func `a session is believed until its end, under its own token alone`() throws {
    let session = try Session.make(token: Self.token, now: 1000)
    #expect(Session(session.text, token: Self.token, now: 2000) == session)
    let end = 1000 + Session.lifetimeMilliseconds
    #expect(Session(session.text, token: Self.token, now: end) == nil)
    #expect(Session(session.text, token: Self.token + "x", now: 2000) == nil)
    let later = session.text.replacing("\(end).", with: "\(end + 1).")
    #expect(later != session.text && Session(later, token: Self.token, now: 2000) == nil)
    for text in ["", ".", "..", "9999999999999..", session.text + "."] {
      #expect(Session(text, token: Self.token, now: 2000) == nil, "\(text)")
    }
    let other = try Session.make(token: Self.token, now: 1000)
    #expect(other.csrf(token: Self.token) != session.csrf(token: Self.token))
  }

  @Test func `after five failures a try is heard every six seconds`() {
    var limit = LoginLimit()
    for _ in 0..<5 {
      #expect(limit.wait(now: 0) == 0)
      limit.failed(now: 0)
    }
    #expect(limit.wait(now: 0) == 6000)
    #expect(limit.wait(now: 5000) == 1000)
    #expect(limit.wait(now: 6000) == 0)
    limit.failed(now: 6000)
    #expect(limit.wait(now: 6000) == 6000, "a long attack does not lock out for longer")
  }

  @Test func `only our own names and origins are ours`() {
    let near = Origins(publicURL: nil, host: "127.0.0.1", port: 8710)
    #expect(near.isOurs(host: "127.0.0.1:8710") && near.isOurs(host: "LOCALHOST:8710"))
    #expect(!near.isOurs(host: "127.0.0.1") && !near.isOurs(host: nil))
    #expect(!near.isOurs(host: "evil.example:8710") && !near.isSecure)
    #expect(near.isOurs(origin: nil) && near.isOurs(origin: "http://localhost:8710"))
    #expect(!near.isOurs(origin: "null") && !near.isOurs(origin: "https://127.0.0.1:8710"))
    let far = Origins(publicURL: "https://t.example", host: "0.0.0.0", port: 80)
    #expect(far.isOurs(host: "t.example") && far.isOurs(origin: "https://t.example"))
    #expect(!far.isOurs(origin: "http://t.example") && far.isSecure)
  }
}
