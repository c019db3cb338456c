import NIOCore
import NIOEmbedded

@testable import Exchange

/// A client with nothing but TLS in its pipeline, and a server, without a socket between them.
final class TLSBench {
  /// What came out above the encryption.
  final class Witness: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private(set) var bytes: [UInt8] = []
    private(set) var failures: [String] = []
    private(set) var isInactive = false
    /// Called with everything that is read.
    var whenRead: ((ChannelHandlerContext) -> Void)?

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      bytes += Array(unwrapInboundIn(data).readableBytesView)
      whenRead?(context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      failures.append("\(error)")
    }

    func channelInactive(context: ChannelHandlerContext) { isInactive = true }
  }

  let channel = EmbeddedChannel()
  let witness = Witness()
  let peer: TLSPeer

  init(
    _ authority: TestAuthority, _ peer: TLSPeer, host: String = "127.0.0.1",
    trusting file: String? = nil
  ) throws {
    self.peer = peer
    let context = try TLSContext(certificateAuthorities: file ?? authority.file)
    try channel.pipeline.syncOperations.addHandler(TLSHandler(context, host: host))
    try channel.pipeline.syncOperations.addHandler(witness)
    channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
  }

  deinit { _ = try? channel.finish(acceptAlreadyClosed: true) }

  /// What the client has to send by now.
  func sent() throws -> [UInt8] {
    var bytes: [UInt8] = []
    while let buffer = try channel.readOutbound(as: ByteBuffer.self) {
      bytes += Array(buffer.readableBytesView)
    }
    return bytes
  }

  /// Hands bytes to the client, so many at a time.
  func deliver(_ bytes: [UInt8], at once: Int = .max) throws {
    var rest = bytes[...]
    while !rest.isEmpty, channel.isActive {
      let part = rest.prefix(once)
      rest = rest.dropFirst(part.count)
      try channel.writeInbound(ByteBuffer(bytes: part))
    }
  }

  /// Carries bytes both ways until nobody has any; what the server heard.
  @discardableResult
  func exchange(at once: Int = .max) throws -> [UInt8] {
    var heard: [UInt8] = []
    for _ in 0..<64 {
      let up = try sent()
      heard += peer.take(up)
      let down = peer.give()
      if up.isEmpty && down.isEmpty { break }
      try deliver(down, at: once)
    }
    return heard
  }

  @discardableResult
  func write(_ text: String) -> EventLoopFuture<Void> {
    channel.writeAndFlush(ByteBuffer(string: text))
  }
}
