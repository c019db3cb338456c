import Domain
import Glibc
import Testing

@testable import Exchange

@Suite("TLS", .serialized)
struct TLSTests {
  private let order = HTTPRequest(
    method: .post, path: "/derivatives/api/v3/sendorder", parameters: "size=1&cliOrdId=secret-word")

  private func ask(
    _ url: String, trusting file: String?, times: Int = 1
  ) throws -> [TransportResult?] {
    let transport = try CurlTransport(
      baseURL: url,
      options: CurlTransport.Options(
        requestMilliseconds: 3000, connectMilliseconds: 3000, certificateAuthorities: file))
    return (0..<times).map { turn in
      guard transport.begin(order, tag: UInt64(turn)) == nil else { return nil }
      return Drive.results(transport).first?.result
    }
  }

  private func isAnswered(_ result: TransportResult??) -> Bool {
    if case .answered(200, let body, _) = result ?? nil { body == Array("{}".utf8) } else { false }
  }

  private func isNotSent(_ result: TransportResult??) -> Bool {
    if case .notSent = result ?? nil { true } else { false }
  }

  @Test func `a server that the trusted authority vouches for is asked, over one connection`()
    throws
  {
    let authority = try TestAuthority()
    let server = try TLSServer(authority.server("IP:127.0.0.1"))
    let results = try ask(
      "https://127.0.0.1:\(server.port)", trusting: authority.file, times: 3)
    #expect(results.allSatisfy { isAnswered($0) })
    #expect(server.seen.connections == 1)
    #expect(server.seen.requests == 3)
  }

  @Test func `a name is checked as well as a number`() throws {
    let authority = try TestAuthority()
    let server = try TLSServer(authority.server("DNS:localhost"))
    #expect(
      isAnswered(
        try ask("https://localhost:\(server.port)", trusting: authority.file).first))
    #expect(
      isNotSent(
        try ask("https://127.0.0.1:\(server.port)", trusting: authority.file).first))
    #expect(server.seen.requests == 1)
  }

  /// Nothing of the order arrives, in the clear or inside the encryption.
  private func refuses(
    _ identity: TestAuthority.Identity, trusting file: String?
  ) throws {
    let server = try TLSServer(identity)
    let results = try ask("https://127.0.0.1:\(server.port)", trusting: file)
    #expect(isNotSent(results.first), "\(results)")
    #expect(server.seen.connections == 1)
    #expect(server.seen.bytes.isEmpty)
  }

  @Test func `an authority that is not trusted stops the request before its first byte`() throws {
    let authority = try TestAuthority()
    let stranger = try TestAuthority()
    try refuses(try authority.server("IP:127.0.0.1"), trusting: stranger.file)
    try refuses(try stranger.server("IP:127.0.0.1"), trusting: authority.file)
  }

  @Test func `the system's authorities do not vouch for a stranger`() throws {
    try refuses(try TestAuthority().server("IP:127.0.0.1"), trusting: nil)
  }

  @Test func `another server's name stops the request before its first byte`() throws {
    let authority = try TestAuthority()
    try refuses(try authority.server("DNS:futures.example"), trusting: authority.file)
    try refuses(try authority.server("IP:127.0.0.2"), trusting: authority.file)
  }

  @Test func `a certificate that is over, or not yet begun, stops it too`() throws {
    let authority = try TestAuthority()
    try refuses(try authority.server("IP:127.0.0.1", days: -20 ... -10), trusting: authority.file)
    try refuses(try authority.server("IP:127.0.0.1", days: 10...20), trusting: authority.file)
  }

  @Test func `a file of authorities that is not there stops it`() throws {
    let authority = try TestAuthority()
    let server = try TLSServer(authority.server("IP:127.0.0.1"))
    let results = try ask(
      "https://127.0.0.1:\(server.port)", trusting: "/tmp/il-no-such-file.pem")
    #expect(isNotSent(results.first))
    #expect(server.seen.bytes.isEmpty)
  }

  @Test func `the venue behind its seam says that nothing was sent`() throws {
    let authority = try TestAuthority()
    let server = try TLSServer(authority.server("DNS:elsewhere.example"))
    var settings = KrakenFutures.Settings(
      url: "https://127.0.0.1:\(server.port)", requestTimeoutMilliseconds: 3000,
      connectTimeoutMilliseconds: 3000)
    settings.certificateAuthorities = authority.file
    let venue = try KrakenFutures(settings, credentials: nil)
    venue.start(.instruments, tag: 1)
    guard case .refused(let word) = Drive.reports(venue).first?.outcome else {
      Issue.record("not refused")
      return
    }
    #expect(word.hasPrefix("NOT_SENT: "))
    #expect(server.seen.bytes.isEmpty)
  }
}
