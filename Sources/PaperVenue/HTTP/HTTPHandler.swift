import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Reads one request after the other of a connection, within bounds, and writes the answers.
final class HTTPHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private static let patience = TimeAmount.seconds(60)

  private let respond: Responder
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []
  private var isTooLong = false
  private var idle: Scheduled<Void>?

  init(_ respond: @escaping Responder) {
    self.respond = respond
  }

  func channelActive(context: ChannelHandlerContext) {
    watch(context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    idle?.cancel()
    context.fireChannelInactive()
  }

  /// The connection goes on as something else.
  func handlerRemoved(context: ChannelHandlerContext) {
    idle?.cancel()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body = []
      isTooLong = false
    case .body(let buffer):
      guard body.count + buffer.readableBytes <= VenueHTTPRequest.longestBody else {
        isTooLong = true
        return
      }
      body.append(contentsOf: buffer.readableBytesView)
    case .end:
      watch(context)
      if let head { answer(head, context) }
      head = nil
    }
  }

  /// A peer that does not take its answers is not heard until it has.
  func channelWritabilityChanged(context: ChannelHandlerContext) {
    context.channel.setOption(.autoRead, value: context.channel.isWritable)
      .whenFailure { [channel = context.channel] _ in channel.close(promise: nil) }
    context.fireChannelWritabilityChanged()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // A request for a WebSocket where there is none is answered as any other request.
    if error is NIOWebSocketUpgradeError { return }
    context.close(promise: nil)
  }

  private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    let response: VenueHTTPResponse
    if isTooLong {
      response = VenueHTTPResponse(ErrorBody.badRequest("body too large"), status: 413)
    } else {
      let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
      var headers: [String: String] = [:]
      for header in head.headers { headers[header.name.lowercased()] = header.value }
      response = respond(
        VenueHTTPRequest(
          method: head.method.rawValue, path: parts.first.map(String.init) ?? "/",
          query: parts.count > 1 ? String(parts[1]) : "",
          body: String(decoding: body, as: UTF8.self), headers: headers))
    }
    write(response, keepAlive: head.isKeepAlive && !isTooLong, context)
  }

  private func write(
    _ response: VenueHTTPResponse, keepAlive: Bool, _ context: ChannelHandlerContext
  ) {
    let bytes = context.channel.allocator.buffer(string: response.body)
    var headers = HTTPHeaders()
    headers.add(name: "Content-Type", value: response.contentType)
    headers.add(name: "Content-Length", value: String(bytes.readableBytes))
    if !keepAlive { headers.add(name: "Connection", value: "close") }
    let head = HTTPResponseHead(
      version: .http1_1, status: HTTPResponseStatus(statusCode: response.status), headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
    if keepAlive {
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    } else {
      let channel = context.channel
      context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
        channel.close(promise: nil)
      }
    }
  }

  /// A peer that neither asks nor finishes asking for a while loses its connection.
  private func watch(_ context: ChannelHandlerContext) {
    idle?.cancel()
    let channel = context.channel
    idle = context.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
  }
}
