import Daemon
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Answers requests of one port: it takes a request and what to call, once, with the answer.
///
/// It never waits; the answer may come from any thread, and one for a connection that is gone is
/// dropped.
typealias Responder =
  @Sendable (VenueHTTPRequest, @escaping @Sendable (VenueHTTPResponse) -> Void) -> Void

/// The HTTP/1 servers of the venue, on one thread of their own.
final class HTTPServer: Sendable {
  /// What one port bears.
  struct Bounds: Sendable {
    /// Connections at one time; one more is told so and closed.
    var connections = 12_000
    /// How long a connection may be without a whole request.
    var patienceMilliseconds: Int64 = 60_000
  }

  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

  /// Listens at `address` and returns the port it got.
  func listen(
    _ address: ListenAddress, bounds: Bounds = Bounds(), webSocket: WebSocketUpgrade? = nil,
    _ respond: @escaping Responder
  ) throws(Fatal) -> Int {
    let connections = ConnectionCount()
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelOption(.backlog, value: 4096)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          guard connections.enter(atMost: bounds.connections) else {
            try pipeline.addHandler(CrowdedHandler())
            return
          }
          channel.closeFuture.whenComplete { _ in connections.leave() }
          let handler = HTTPHandler(
            patience: .milliseconds(bounds.patienceMilliseconds), respond)
          if let webSocket { return try webSocket.configure(pipeline, handler) }
          try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: true)
          try pipeline.addHandler(handler)
        }
      }
    do {
      let channel = try bootstrap.bind(host: address.host, port: address.port).wait()
      return channel.localAddress?.port ?? address.port
    } catch {
      throw Fatal(
        .tryAgain, "unable to listen at \(address): \(error): choose another port or free it")
    }
  }

  /// Runs `body` on the server's thread: when it has run, the server is alive.
  func ping(_ body: @escaping @Sendable () -> Void) {
    group.next().execute(body)
  }

  /// Runs `body` on the server's thread after so long.
  func after(milliseconds: Int64, _ body: @escaping @Sendable () -> Void) {
    group.next().scheduleTask(in: .milliseconds(milliseconds), body)
  }
}

/// Tells one peer too many that there is no room for it.
private final class CrowdedHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private static let farewell =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: 40\r\n"
    + "Connection: close\r\n\r\n{\"result\":\"error\",\"error\":\"Unavailable\"}"

  func channelActive(context: ChannelHandlerContext) {
    let channel = context.channel
    context.writeAndFlush(NIOAny(ByteBuffer(string: Self.farewell))).whenComplete { _ in
      channel.close(promise: nil)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}

/// How many connections are open.
private final class ConnectionCount: Sendable {
  private let count = Atomic<Int>(0)

  func enter(atMost bound: Int) -> Bool {
    let (before, _) = count.add(1, ordering: .relaxed)
    if before >= bound { leave() }
    return before < bound
  }

  func leave() { count.subtract(1, ordering: .relaxed) }
}
