import Domain
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Synchronization
import Testing

@testable import Exchange

/// A server that upgrades every connection, answers subscriptions with frames and then does what it
/// is told.
private final class FrameServer: Sendable {
  private final class Peer: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame
    let server: FrameServer
    init(_ server: FrameServer) { self.server = server }

    func handlerAdded(context: ChannelHandlerContext) {
      let channel = context.channel
      server.channels.withLock { $0.append(channel) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let frame = unwrapInboundIn(data)
      guard frame.opcode == .text else { return }
      let text = String(decoding: frame.unmaskedData.readableBytesView, as: UTF8.self)
      server.heard.withLock { $0.append(text) }
    }
  }

  let channels = Mutex<[any Channel]>([])
  let heard = Mutex<[String]>([])
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

  func listen() async throws -> Int {
    let channel = try await ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        let upgrader = NIOWebSocketServerUpgrader(
          shouldUpgrade: { channel, head in
            channel.eventLoop.makeSucceededFuture(head.uri == "/ws/v1" ? HTTPHeaders() : nil)
          },
          upgradePipelineHandler: { channel, _ in
            channel.eventLoop.makeCompletedFuture {
              try channel.pipeline.syncOperations.addHandler(Peer(self))
            }
          })
        return channel.pipeline.configureHTTPServerPipeline(
          withServerUpgrade: (upgraders: [upgrader], completionHandler: { _ in }))
      }
      .bind(host: "127.0.0.1", port: 0).get()
    return try #require(channel.localAddress?.port)
  }

  func send(_ text: String, fragments: Int = 1) {
    guard let channel = channels.withLock({ $0.last }) else { return }
    let bytes = Array(text.utf8)
    let length = (bytes.count + fragments - 1) / fragments
    for start in stride(from: 0, to: bytes.count, by: length) {
      let end = min(bytes.count, start + length)
      channel.writeAndFlush(
        WebSocketFrame(
          fin: end == bytes.count, opcode: start == 0 ? .text : .continuation,
          data: ByteBuffer(bytes: bytes[start..<end])), promise: nil)
    }
  }

  func cut() {
    for channel in channels.withLock({ $0 }) { channel.close(promise: nil) }
  }

  func stop() { group.shutdownGracefully { _ in } }
}

@Suite("the stream on a real socket", .serialized)
struct SocketWireTests {
  private struct Late: Error {}

  /// Turns the stream until it has told what is waited for.
  private func turn(
    _ stream: KrakenFuturesStream, until isThere: ([StreamEvent]) -> Bool
  ) async throws -> [StreamEvent] {
    var told: [StreamEvent] = []
    let end = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < end {
      told += stream.advance(
        now: MachineTime(nanoseconds: Int64(DispatchTime.now().uptimeNanoseconds)),
        wall: WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)))
      if isThere(told) { return told }
      try await Task.sleep(for: .milliseconds(5))
    }
    throw Late()
  }

  private func stream(_ port: Int) throws -> KrakenFuturesStream {
    let stream = try KrakenFuturesStream(
      url: "http://127.0.0.1:\(port)", connectTimeoutMilliseconds: 2000, seed: 1)
    stream.learn(SocketDrive.instruments)
    stream.subscribe(.book, SocketDrive.instruments.prefix(1).map(\.id))
    return stream
  }

  @Test func `it subscribes, reads whole and fragmented messages, and comes back after a cut`()
    async throws
  {
    let server = FrameServer()
    defer { server.stop() }
    let stream = try stream(try await server.listen())
    _ = try await turn(stream) { _ in
      server.heard.withLock { $0.contains { $0.contains(#""feed":"book""#) } }
    }
    server.send(Frames.snapshot(5), fragments: 4)
    server.send(Frames.book(6, "buy", "34893", "5"))
    let told = try await turn(stream) { told in
      told.contains { if case .level = $0 { true } else { false } }
    }
    #expect(told.contains { if case .book = $0 { true } else { false } })
    let id = try #require(SocketDrive.id)
    #expect(stream.book(id)?.bestBid?.price.ticks == 34_893)
    server.cut()
    let again = try await turn(stream) { told in
      told.contains(.connected) && server.heard.withLock { $0.count } >= 4
    }
    #expect(again.first.map { if case .disconnected = $0 { true } else { false } } == true)
    #expect(stream.book(id) == nil && stream.counts.connections == 2)
  }

  @Test func `a server that serves no WebSocket is tried again and again, with waits`() async throws
  {
    let stream = try stream(1)
    for _ in 0..<50 {
      let told = stream.advance(
        now: MachineTime(nanoseconds: Int64(DispatchTime.now().uptimeNanoseconds)),
        wall: WallTime(milliseconds: 0))
      #expect(told.isEmpty)
      try await Task.sleep(for: .milliseconds(10))
    }
    #expect(stream.counts.connections == 0)
  }

  @Test func `an owner that does not come loses the connection, not the memory`() throws {
    let mailbox = try SocketMailbox()
    let message = [UInt8](repeating: 0x20, count: 1000)
    for _ in 0..<100 { mailbox.post(Array(repeating: message, count: 1000), of: 3) }
    mailbox.post(.sign(3))
    let events = mailbox.take()
    #expect(events.count == 2)
    guard case .flooded(3) = events.first else {
      Issue.record("it is not told")
      return
    }
    #expect(mailbox.take().isEmpty)
  }

  @Test(
    arguments: [
      ("https://futures.kraken.com", "futures.kraken.com", 443, true),
      ("http://127.0.0.1:8080", "127.0.0.1:8080", 8080, false),
      ("http://[::1]:80", "[::1]", 80, false), ("wss://a:1", "a:1", 1, true),
    ])
  func `an address names where the WebSocket is`(
    _ url: String, _ authority: String, _ port: Int, _ isEncrypted: Bool
  ) throws {
    let endpoint = try #require(SocketEndpoint(url))
    #expect(endpoint.authority == authority && endpoint.port == port)
    #expect(endpoint.isEncrypted == isEncrypted)
  }

  @Test(arguments: [
    "", "ftp://a", "http://", "http://a:0", "http://a:99999", "http://a/b", "http://[::1",
  ])
  func `what is no address is refused`(_ url: String) {
    #expect(SocketEndpoint(url) == nil)
  }
}
