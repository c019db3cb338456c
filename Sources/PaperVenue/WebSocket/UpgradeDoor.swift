import NIOCore
import NIOHTTP1

/// Lets any request of a connection ask for a WebSocket, not the first alone.
///
/// A client that keeps its connections asks over one that has carried requests before; the handler
/// of the library looks at the first request only and then leaves. So a fresh one is put behind this
/// door for each request that asks, and leaves again when the request is not to be upgraded.
final class UpgradeDoor: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart

  private let upgrade: NIOHTTPServerUpgradeConfiguration
  private let encoder: HTTPResponseEncoder
  /// What stands before this door and leaves with it.
  private let others: [any RemovableChannelHandler]

  init(
    _ upgrade: NIOHTTPServerUpgradeConfiguration, encoder: HTTPResponseEncoder,
    others: [any RemovableChannelHandler]
  ) {
    self.upgrade = upgrade
    self.encoder = encoder
    self.others = others
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .head(let head) = unwrapInboundIn(data), head.headers.contains(name: "upgrade") {
      let handler = HTTPServerUpgradeHandler(
        upgraders: upgrade.upgraders, httpEncoder: encoder, extraHTTPHandlers: others + [self],
        upgradeCompletionHandler: upgrade.completionHandler)
      do {
        try context.pipeline.syncOperations.addHandler(handler, position: .after(self))
      } catch {
        context.close(promise: nil)
        return
      }
    }
    context.fireChannelRead(data)
  }
}
