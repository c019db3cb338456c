import Daemon
import NIOCore
import NIOHTTP1
import NIOPosix

/// Answers requests of one port; the answers come from a function that never waits.
typealias Responder = @Sendable (VenueHTTPRequest) -> VenueHTTPResponse

/// The HTTP/1 servers of the venue, on one thread of their own.
final class HTTPServer: Sendable {
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

  /// Listens at `address` and returns the port it got.
  func listen(_ address: ListenAddress, _ respond: @escaping Responder) throws(Fatal) -> Int {
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelOption(.backlog, value: 256)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: true)
          try pipeline.addHandler(HTTPHandler(respond))
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

/// Where a port is opened: a loopback host and a port, 0 for any free one.
struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
  let host: String
  let port: Int

  /// Refuses any host but loopback: this venue has no business on a network.
  init(_ text: String, flag: String) throws(Fatal) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let port = Int(parts[1]), (0...65_535).contains(port) else {
      throw Fatal(.misuse, "\(flag): \(text) is no address: give one such as 127.0.0.1:8080")
    }
    guard parts[0] == "localhost" || parts[0].hasPrefix("127.") else {
      throw Fatal(
        .misuse, "\(flag): \(parts[0]) is not loopback: the paper venue listens on 127.0.0.1 only")
    }
    self.init(host: parts[0], port: port)
  }

  init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  var description: String { "\(host):\(port)" }
}
