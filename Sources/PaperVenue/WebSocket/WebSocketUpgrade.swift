import NIOCore
import NIOHTTP1
import NIOWebSocket

/// How a connection of the trading port becomes a WebSocket.
struct WebSocketUpgrade: Sendable {
  let service: any WebSocketService
  /// How long a client may be silent; the venue asks for a ping a minute.
  var patience = TimeAmount.seconds(60)

  var upgrader: NIOWebSocketServerUpgrader {
    let service = service
    let patience = patience
    return NIOWebSocketServerUpgrader(
      maxFrameSize: WebSocketHandler.longestMessage,
      shouldUpgrade: { channel, head in
        channel.eventLoop.makeSucceededFuture(Self.isPath(head.uri) ? HTTPHeaders() : nil)
      },
      upgradePipelineHandler: { channel, _ in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            WebSocketHandler(service, patience: patience))
        }
      })
  }

  private static func isPath(_ uri: String) -> Bool {
    let path = uri.prefix { $0 != "?" }
    return path == "/ws/v1" || path == "/ws/v1/"
  }
}
