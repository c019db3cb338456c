import NIOCore
import NIOEmbedded
import Testing

@testable import Exchange

@Suite("the way through a proxy")
struct TunnelTests {
  private final class Configured {
    var count = 0
  }

  private func channel(_ configured: Configured, _ witness: TLSBench.Witness) throws
    -> EmbeddedChannel
  {
    let channel = EmbeddedChannel()
    try channel.pipeline.syncOperations.addHandler(
      TunnelHandler(authority: "futures.kraken.com:443") { channel in
        configured.count += 1
        try channel.pipeline.syncOperations.addHandler(witness)
      })
    channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
    let asked = try #require(try channel.readOutbound(as: ByteBuffer.self))
    #expect(
      String(buffer: asked)
        == "CONNECT futures.kraken.com:443 HTTP/1.1\r\nHost: futures.kraken.com:443\r\n\r\n")
    return channel
  }

  @Test(arguments: [1, 1000])
  func `a proxy that says yes is out of the way, and loses nothing`(_ once: Int) throws {
    let (configured, witness) = (Configured(), TLSBench.Witness())
    let channel = try channel(configured, witness)
    let answer = Array("HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\nhello".utf8)
    var rest = answer[...]
    while !rest.isEmpty {
      try channel.writeInbound(ByteBuffer(bytes: rest.prefix(once)))
      rest = rest.dropFirst(once)
    }
    #expect(configured.count == 1)
    #expect(witness.bytes == Array("hello".utf8))
    try channel.writeInbound(ByteBuffer(string: " again"))
    #expect(witness.bytes == Array("hello again".utf8))
    #expect(throws: (any Error).self) {
      try channel.pipeline.syncOperations.handler(type: TunnelHandler.self)
    }
    _ = try channel.finish()
  }

  @Test(arguments: [
    "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "HTTP/1.1 302 Found\r\n\r\n",
    "SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1\r\n\r\n", "HTTP/1.1 2000 yes\r\n\r\n", "\r\n\r\n",
  ])
  func `anything else ends the connection, and nothing was said through it`(
    _ answer: String
  ) throws {
    let configured = Configured()
    let channel = try channel(configured, TLSBench.Witness())
    #expect(throws: TunnelFailure.self) { try channel.writeInbound(ByteBuffer(string: answer)) }
    #expect(configured.count == 0)
    #expect(!channel.isActive)
    #expect(try channel.readOutbound(as: ByteBuffer.self) == nil)
  }

  @Test func `an answer without an end has a bound`() throws {
    let channel = try channel(Configured(), TLSBench.Witness())
    let line = String(repeating: "x", count: 1000)
    #expect(throws: TunnelFailure.self) {
      for _ in 0..<9 { try channel.writeInbound(ByteBuffer(string: line)) }
    }
    #expect(!channel.isActive)
  }
}
