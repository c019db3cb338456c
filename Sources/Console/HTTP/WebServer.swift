import Daemon
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// The HTTP server, on one thread of its own.
///
/// Invariants: 1. At most `mostConnections` are open; one more is told so and closed. 2. A round
/// that the thread has not come to yet is not followed by another: nothing piles up before it.
final class WebServer: Sendable {
  private static let mostConnections = 512
  private static let crowded =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let hub: NIOLoopBoundBox<EventHub>
  private let connections = Atomic<Int>(0)
  private let isBehind = Atomic<Bool>(false)
  private let refusals: RefusalLog
  private let counts = Mutex<Counts>(Counts())

  /// What the loop tells of its open pages.
  struct Counts: Sendable {
    var pages = 0
    var skipped: UInt64 = 0
    var wanted: Set<String> = []
  }

  init(pages: Int, refusals: RefusalLog) {
    let loop = group.next()
    hub = NIOLoopBoundBox.makeBoxSendingValue(EventHub(most: pages), eventLoop: loop)
    self.refusals = refusals
  }

  var pageCounts: Counts { counts.withLock { $0 } }

  /// Listens, and returns the port; nil when it is taken.
  func bind(host: String, port: Int, makeDoor: @escaping @Sendable (Int) -> Door, asker: Asker)
    throws(Fatal) -> Int?
  {
    let door = Mutex<Door?>(nil)
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelOption(.backlog, value: 256)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(
        .writeBufferWaterMark, value: .init(low: 32 * 1024, high: 128 * 1024)
      )
      .childChannelInitializer { [self] channel in
        channel.eventLoop.makeCompletedFuture {
          guard let door = door.withLock({ $0 }), enter(channel) else {
            let words = ByteBuffer(string: Self.crowded)
            channel.writeAndFlush(words).whenComplete { _ in channel.close(promise: nil) }
            return
          }
          let pipeline = channel.pipeline.syncOperations
          try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: true)
          try pipeline.addHandler(
            RequestHandler(door: door, hub: hub.value, refusals: refusals) { action, done in
              asker.submit(Asker.Order(action: action, done: done))
            })
        }
      }
    do {
      let channel = try bootstrap.bind(host: host, port: port).wait()
      let bound = channel.localAddress?.port ?? port
      door.withLock { $0 = makeDoor(bound) }
      return bound
    } catch let error as IOError where error.errnoCode == EADDRINUSE {
      return nil
    } catch {
      throw Fatal(
        .badConfiguration,
        "unable to listen at \(host):\(port): \(error): correct console.listen")
    }
  }

  private func enter(_ channel: any Channel) -> Bool {
    let (before, _) = connections.add(1, ordering: .relaxed)
    channel.closeFuture.whenComplete { [self] _ in connections.subtract(1, ordering: .relaxed) }
    if before >= Self.mostConnections { refusals.note("too many connections") }
    return before < Self.mostConnections
  }

  /// Hands a round to the open pages.
  func publish(_ sections: [EventSection], beat: [UInt8], now: Int64) {
    guard !isBehind.exchange(true, ordering: .acquiringAndReleasing) else { return }
    group.next().execute { [self] in
      let hub = hub.value
      hub.publish(sections, beat: beat, now: now)
      counts.withLock { $0 = Counts(pages: hub.count, skipped: hub.skipped, wanted: hub.wanted) }
      isBehind.store(false, ordering: .releasing)
    }
  }
}
