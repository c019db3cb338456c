import Daemon
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Answers requests of one port; the answers come from a function that never waits.
typealias Responder = @Sendable (VenueHTTPRequest) -> VenueHTTPResponse

/// The HTTP/1 servers of the venue, on one thread of their own.
final class HTTPServer: Sendable {
  /// Connections at one time; one more is closed unheard.
  static let mostConnections = 256

  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let connections = ConnectionCount()

  /// Listens at `address` and returns the port it got.
  func listen(
    _ address: ListenAddress, webSocket: WebSocketUpgrade? = nil, _ respond: @escaping Responder
  ) throws(Fatal) -> Int {
    let connections = connections
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelOption(.backlog, value: 256)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard connections.enter(atMost: Self.mostConnections) else { throw TooManyConnections() }
          channel.closeFuture.whenComplete { _ in connections.leave() }
          let pipeline = channel.pipeline.syncOperations
          let handler = HTTPHandler(respond)
          let upgrade: NIOHTTPServerUpgradeConfiguration? = webSocket.map {
            let loopBound = NIOLoopBound(handler, eventLoop: channel.eventLoop)
            return (
              upgraders: [$0.upgrader],
              completionHandler: { context in
                context.pipeline.syncOperations.removeHandler(loopBound.value, promise: nil)
              }
            )
          }
          try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: true, withServerUpgrade: upgrade)
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
}

private struct TooManyConnections: Error {}

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
