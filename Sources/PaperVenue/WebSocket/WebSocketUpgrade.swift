import NIOCore
import NIOHTTP1
import NIOWebSocket

/// How a connection of the trading port becomes a WebSocket.
struct WebSocketUpgrade: Sendable {
  let service: any WebSocketService
  /// How long a client may be silent; the venue asks for a ping a minute.
  var patience = TimeAmount.seconds(60)
  var backlog = WebSocketBacklog()

  /// Sets a connection up for HTTP that may become a WebSocket with any of its requests.
  func configure(
    _ pipeline: ChannelPipeline.SynchronousOperations, _ handler: HTTPHandler
  ) throws {
    let encoder = HTTPResponseEncoder()
    var http: [any RemovableChannelHandler] = [
      ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes)),
      HTTPServerPipelineHandler(), NIOHTTPResponseHeadersValidator(),
      HTTPServerProtocolErrorHandler(),
    ]
    let door = UpgradeDoor(upgrader, encoder)
    http += [door, handler]
    door.http = http
    try pipeline.addHandlers([encoder] + http)
  }

  private var upgrader: NIOWebSocketServerUpgrader {
    let service = service
    let patience = patience
    let backlog = backlog
    return NIOWebSocketServerUpgrader(
      maxFrameSize: WebSocketHandler.longestMessage,
      shouldUpgrade: { channel, head in
        channel.eventLoop.makeSucceededFuture(Self.isPath(head.uri) ? HTTPHeaders() : nil)
      },
      upgradePipelineHandler: { channel, _ in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            WebSocketHandler(service, patience: patience, backlog: backlog))
        }
      })
  }

  private static func isPath(_ uri: String) -> Bool {
    let path = uri.prefix { $0 != "?" }
    return path == "/ws/v1" || path == "/ws/v1/"
  }
}

/// Puts an upgrade handler behind itself for every request that asks for one.
///
/// NIO's own looks at the first request of a connection only, and clients (aiohttp) ask on a
/// connection that has carried others before.
private final class UpgradeDoor: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart

  private let upgrader: NIOWebSocketServerUpgrader
  private let encoder: HTTPResponseEncoder
  /// Everything that is there for HTTP only, this handler too.
  var http: [any RemovableChannelHandler] = []

  init(_ upgrader: NIOWebSocketServerUpgrader, _ encoder: HTTPResponseEncoder) {
    self.upgrader = upgrader
    self.encoder = encoder
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    http = []
  }

  func channelInactive(context: ChannelHandlerContext) {
    // The list names its holder.
    http = []
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .head(let head) = unwrapInboundIn(data), head.headers.contains(name: "upgrade") {
      let upgrade = HTTPServerUpgradeHandler(
        upgraders: [upgrader], httpEncoder: encoder, extraHTTPHandlers: http,
        upgradeCompletionHandler: { _ in })
      do {
        try context.pipeline.syncOperations.addHandler(upgrade, position: .after(self))
      } catch {
        context.close(promise: nil)
        return
      }
    }
    context.fireChannelRead(data)
  }
}
