import CTLS
import Glibc
import NIOCore
import NIOEmbedded
import Testing

@testable import Exchange

@Suite("TLS below the stream", .serialized)
struct TLSHandlerTests {
  private let authority: TestAuthority

  init() throws { authority = try TestAuthority() }

  private func bench(newest: Int32 = TLS1_3_VERSION) throws -> TLSBench {
    try TLSBench(authority, TLSPeer(authority.server("IP:127.0.0.1"), newest: newest))
  }

  @Test(arguments: [1, 7, 4096])
  func `a session that comes in pieces is the same session`(_ once: Int) throws {
    let bench = try bench()
    bench.write("first")
    #expect(try bench.exchange(at: once) == Array("first".utf8))
    let long = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
    bench.peer.say(long)
    try bench.exchange(at: once)
    #expect(bench.witness.bytes == long)
    bench.write("last")
    #expect(try bench.exchange(at: once) == Array("last".utf8))
    #expect(bench.witness.failures.isEmpty)
  }

  @Test func `nothing from above leaves before the server has proved its name`() throws {
    let stranger = try TestAuthority()
    let bench = try TLSBench(
      authority, TLSPeer(stranger.server("IP:127.0.0.1")), trusting: authority.file)
    let written = bench.write("secret")
    #expect(try bench.exchange().isEmpty)
    #expect(bench.witness.failures.count == 1, "\(bench.witness.failures)")
    #expect(!bench.channel.isActive)
    #expect(throws: (any Error).self) { try written.wait() }
    #expect(!bench.peer.hasShakenHands)
  }

  @Test(arguments: [
    ("IP:127.0.0.1", "127.0.0.1", true), ("IP:127.0.0.2", "127.0.0.1", false),
    ("DNS:127.0.0.1", "127.0.0.1", false), ("IP:::1", "::1", true),
    ("DNS:futures.kraken.com", "futures.kraken.com", true),
    ("DNS:kraken.com", "futures.kraken.com", false),
    ("DNS:*.kraken.com", "futures.kraken.com", true),
    ("DNS:f*.kraken.com", "futures.kraken.com", false),
    ("DNS:*.kraken.com", "a.futures.kraken.com", false),
    ("DNS:futures.kraken.com.evil.com", "futures.kraken.com", false),
  ])
  func `a certificate is believed for its own names and numbers`(
    _ name: String, _ host: String, _ isRight: Bool
  ) throws {
    let bench = try TLSBench(authority, TLSPeer(authority.server(name)), host: host)
    bench.write("word")
    #expect(try bench.exchange() == (isRight ? Array("word".utf8) : []))
    #expect(bench.witness.failures.isEmpty == isRight, "\(bench.witness.failures)")
    #expect(bench.channel.isActive == isRight)
  }

  @Test(arguments: [-3...(-1), 1...3])
  func `a certificate out of its days is not believed, and the log says so`(
    _ days: ClosedRange<Int>
  ) throws {
    let bench = try TLSBench(
      authority, TLSPeer(authority.server("IP:127.0.0.1", days: days)))
    try bench.exchange()
    let why = try #require(bench.witness.failures.first)
    #expect(why.contains("expired") || why.contains("not yet valid"), "\(why)")
  }

  @Test func `a name is told to the server, a number is not`() throws {
    let named = try TLSBench(
      authority, TLSPeer(authority.server("DNS:localhost")), host: "localhost")
    try named.exchange()
    #expect(named.peer.askedFor == "localhost")
    let numbered = try bench()
    try numbered.exchange()
    #expect(numbered.peer.hasShakenHands)
    #expect(numbered.peer.askedFor == nil)
  }

  @Test func `what ends before the handshake does is told with its reason`() throws {
    let refused = try bench()
    // An alert, handshake_failure, in the clear.
    try refused.deliver([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28])
    #expect(refused.witness.failures.count == 1)
    #expect(refused.witness.failures.first?.contains("alert") == true)
    let noise = try bench()
    try noise.deliver(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
    #expect(noise.witness.failures.count == 1)
    #expect(noise.witness.failures.first?.contains("ok") == false)
    #expect(!noise.channel.isActive)
    let gone = try bench()
    let written = gone.write("never")
    gone.channel.pipeline.fireChannelInactive()
    #expect(gone.witness.failures.first?.contains("during the handshake") == true)
    #expect(throws: (any Error).self) { try written.wait() }
  }

  @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
  func `both versions are spoken, an older one is not`(_ version: Int32) throws {
    let bench = try bench(newest: version)
    bench.write("word")
    #expect(try bench.exchange() == Array("word".utf8))
    let old = try self.bench(newest: TLS1_1_VERSION)
    try old.exchange()
    #expect(old.witness.failures.count == 1)
    #expect(!old.peer.hasShakenHands)
  }
}

extension TLSHandlerTests {
  @Test func `new keys are taken and answered`() throws {
    let bench = try bench()
    try bench.exchange()
    for round in 0..<3 {
      #expect(bench.peer.changeKeys(asked: true))
      bench.peer.say("down \(round) ")
      try bench.exchange()
      bench.write("up \(round)")
      #expect(try bench.exchange() == Array("up \(round)".utf8))
    }
    #expect(bench.witness.bytes == Array("down 0 down 1 down 2 ".utf8))
    #expect(bench.witness.failures.isEmpty)
  }

  @Test func `a server that wants to begin anew is told no, and the session goes on`() throws {
    let bench = try bench(newest: TLS1_2_VERSION)
    try bench.exchange()
    #expect(bench.peer.renegotiate())
    try bench.deliver(bench.peer.give())
    // While the question is open we write as before.
    let written = bench.write("still here")
    let sent = try bench.sent()
    #expect(!sent.isEmpty)
    try written.wait()
    #expect(bench.witness.failures.isEmpty, "\(bench.witness.failures)")
    #expect(bench.channel.isActive)
  }

  @Test func `a goodbye comes after what was said before it, and is answered`() throws {
    let bench = try bench()
    try bench.exchange()
    bench.peer.say("last words")
    bench.peer.leave()
    try bench.deliver(bench.peer.give())
    #expect(bench.witness.bytes == Array("last words".utf8))
    #expect(!bench.channel.isActive)
    #expect(bench.witness.failures.isEmpty)
    _ = bench.peer.take(try bench.sent())
    #expect(bench.peer.wasLeftProperly)
  }

  @Test func `our end of a session says goodbye`() throws {
    let bench = try bench()
    try bench.exchange()
    bench.channel.close(promise: nil)
    _ = bench.peer.take(try bench.sent())
    #expect(bench.peer.wasLeftProperly)
    #expect(!bench.channel.isActive)
  }

  @Test func `a record that was changed on the way ends the session, and nothing after it counts`()
    throws
  {
    let bench = try bench()
    try bench.exchange()
    bench.peer.say("one")
    var bytes = bench.peer.give()
    bytes[bytes.count - 1] ^= 1
    bench.peer.say("two")
    try bench.deliver(bytes + bench.peer.give())
    #expect(bench.witness.bytes.isEmpty)
    #expect(bench.witness.failures.count == 1)
    #expect(!bench.channel.isActive)
  }

  @Test func `whoever closes while reading is not told more`() throws {
    let bench = try bench()
    try bench.exchange()
    bench.witness.whenRead = { $0.channel.close(promise: nil) }
    bench.peer.say([UInt8](repeating: 1, count: 20_000))
    bench.peer.say([UInt8](repeating: 2, count: 20_000))
    try bench.deliver(bench.peer.give())
    #expect(bench.witness.bytes.count <= 16_384)
    #expect(bench.witness.isInactive)
  }

  @Test func `every write is answered, also after the end`() throws {
    let bench = try bench()
    let early = bench.write("early")
    bench.channel.close(promise: nil)
    #expect(throws: (any Error).self) { try early.wait() }
    let late = bench.write("late")
    #expect(throws: (any Error).self) { try late.wait() }
  }

  @Test func `what waits for the handshake has a bound`() throws {
    let bench = try bench()
    let part = String(repeating: "x", count: 64 * 1024)
    var writes: [EventLoopFuture<Void>] = []
    for _ in 0..<32 { writes.append(bench.write(part)) }
    #expect(bench.witness.failures.count == 1, "\(bench.witness.failures)")
    #expect(!bench.channel.isActive)
    for write in writes { #expect(throws: (any Error).self) { try write.wait() } }
  }

  @Test func `an error that another call left behind is not ours`() throws {
    let bench = try bench()
    #expect(BIO_new_file("/nonexistent/file", "r") == nil)
    try bench.deliver(bench.peer.take(try bench.sent()).isEmpty ? bench.peer.give() : [])
    #expect(BIO_new_file("/nonexistent/file", "r") == nil)
    bench.write("word")
    #expect(try bench.exchange() == Array("word".utf8))
    #expect(bench.witness.failures.isEmpty, "\(bench.witness.failures)")
  }

  @Test func `the environment names no authority, and a file that is none is refused`() throws {
    setenv("SSL_CERT_FILE", authority.file, 1)
    defer { unsetenv("SSL_CERT_FILE") }
    let peer = try TLSPeer(authority.server("IP:127.0.0.1"))
    let channel = EmbeddedChannel()
    try channel.pipeline.syncOperations.addHandler(TLSHandler(TLSContext(), host: "127.0.0.1"))
    channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
    while let buffer = try channel.readOutbound(as: ByteBuffer.self) {
      _ = peer.take(Array(buffer.readableBytesView))
    }
    #expect(throws: TLSFailure.self) { try channel.writeInbound(ByteBuffer(bytes: peer.give())) }
    _ = try? channel.finish(acceptAlreadyClosed: true)
    #expect(throws: ExchangeError.self) {
      try TLSContext(certificateAuthorities: "/nonexistent/authorities.pem")
    }
    #expect(throws: ExchangeError.self) {
      try TLSContext(certificateAuthorities: "/proc/self/status")
    }
  }
}
