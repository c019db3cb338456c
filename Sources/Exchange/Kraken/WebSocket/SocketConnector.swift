import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Synchronization

/// Opens, writes to and closes the connections of one session, on a thread of its own.
final class SocketConnector: Sendable {
  private struct State: Sendable {
    var channels: [UInt64: any Channel] = [:]
    /// Connections up to this one are not wanted any more.
    var closed: UInt64 = 0
  }

  private let endpoint: SocketEndpoint
  private let mailbox: SocketMailbox
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let state = Mutex(State())
  private let timeout: Int64
  /// Nil for an endpoint that is not encrypted.
  private let tls: TLSContext?
  /// Where connections really go; nil is the venue itself.
  private let proxy: SocketEndpoint?

  init(
    _ endpoint: SocketEndpoint, _ mailbox: SocketMailbox, timeoutMilliseconds: Int64,
    certificateAuthorities: String? = nil, proxy: String? = nil
  ) throws(ExchangeError) {
    tls =
      endpoint.isEncrypted
      ? try TLSContext(certificateAuthorities: certificateAuthorities) : nil
    self.proxy = try proxy.map { url throws(ExchangeError) in
      guard let proxy = SocketEndpoint(url), !proxy.isEncrypted else { throw .badProxy(url) }
      return proxy
    }
    self.endpoint = endpoint
    self.mailbox = mailbox
    timeout = timeoutMilliseconds
  }

  /// Ends its thread; nothing is waited for.
  func shutDown() {
    close(.max)
    group.shutdownGracefully { _ in }
  }

  func connect(_ id: UInt64) {
    let (endpoint, mailbox, tls, proxy) = (endpoint, mailbox, tls, proxy)
    ClientBootstrap(group: group)
      .connectTimeout(.milliseconds(timeout))
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let configure: (any Channel) throws -> Void = { channel in
            if let tls {
              let handler = try TLSHandler(tls, host: endpoint.host)
              try channel.pipeline.syncOperations.addHandler(handler)
            }
            try Self.configure(channel, id, endpoint, mailbox)
          }
          guard proxy != nil else { return try configure(channel) }
          let tunnel = TunnelHandler(authority: endpoint.fullAuthority, configure)
          try channel.pipeline.syncOperations.addHandler(tunnel)
        }
      }
      .connect(host: (proxy ?? endpoint).host, port: (proxy ?? endpoint).port)
      .whenComplete { [self] result in
        switch result {
        case .failure(let error): mailbox.post(.closed(id, why: "unable to connect: \(error)"))
        case .success(let channel):
          let isWanted = state.withLock { state in
            guard id > state.closed else { return false }
            state.channels[id] = channel
            return true
          }
          if !isWanted { channel.close(promise: nil) }
        }
      }
  }

  private static func configure(
    _ channel: any Channel, _ id: UInt64, _ endpoint: SocketEndpoint, _ mailbox: SocketMailbox
  ) throws {
    let upgrader = NIOTypedWebSocketClientUpgrader<Bool>(
      maxFrameSize: SocketHandler.longestMessage,
      upgradePipelineHandler: { channel, _ in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(SocketHandler(id, mailbox))
          return true
        }
      })
    var headers = HTTPHeaders()
    headers.add(name: "Host", value: endpoint.authority)
    headers.add(name: "Content-Length", value: "0")
    let head = HTTPRequestHead(
      version: .http1_1, method: .GET, uri: SocketEndpoint.path, headers: headers)
    let configuration = NIOTypedHTTPClientUpgradeConfiguration<Bool>(
      upgradeRequestHead: head, upgraders: [upgrader],
      notUpgradingCompletionHandler: { $0.eventLoop.makeSucceededFuture(false) })
    try channel.pipeline.syncOperations
      .configureUpgradableHTTPClientPipeline(
        configuration: .init(upgradeConfiguration: configuration)
      ).whenComplete { result in
        switch result {
        case .success(true): return
        case .success(false): mailbox.post(.closed(id, why: "the venue serves no WebSocket here"))
        case .failure(let error): mailbox.post(.closed(id, why: "no WebSocket: \(error)"))
        }
        channel.close(promise: nil)
      }
  }

  func send(_ text: String, to id: UInt64) {
    write(
      WebSocketFrame(fin: true, opcode: .text, maskKey: .random(), data: .init(string: text)), id)
  }

  func ping(_ id: UInt64) {
    write(WebSocketFrame(fin: true, opcode: .ping, maskKey: .random(), data: .init()), id)
  }

  private func write(_ frame: WebSocketFrame, _ id: UInt64) {
    guard let channel = state.withLock({ $0.channels[id] }) else { return }
    // A write that fails ends the connection, and that is told.
    channel.writeAndFlush(frame, promise: nil)
  }

  func close(_ id: UInt64) {
    let channels = state.withLock { state in
      state.closed = max(state.closed, id)
      let gone = state.channels.filter { $0.key <= id }
      for key in gone.keys { state.channels[key] = nil }
      return gone
    }
    for channel in channels.values { channel.close(promise: nil) }
  }
}
