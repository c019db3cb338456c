import Glibc
import NIOCore
import NIOHTTP1

/// Writes the answer of one request, in the way its delivery says.
struct AnswerWriter {
  let number: Int
  /// Whether only the head of the answer was asked for.
  let isHead: Bool
  let keepAlive: Bool

  func write(_ response: VenueHTTPResponse, _ context: ChannelHandlerContext) {
    switch response.delivery {
    case .whole:
      writeHead(response, context)
      if !isHead {
        let bytes = context.channel.allocator.buffer(string: response.body)
        context.write(part(.body(.byteBuffer(bytes))), promise: nil)
      }
      finish(context)
    case .silence: break
    case .close: context.close(promise: nil)
    case .reset: reset(context)
    case .truncated(let bytes):
      writeHead(response, context)
      let kept = ByteBuffer(bytes: response.body.utf8.prefix(bytes))
      let channel = context.channel
      context.writeAndFlush(part(.body(.byteBuffer(kept)))).whenComplete { _ in
        channel.close(promise: nil)
      }
    case .drip(let bytes, let milliseconds):
      writeHead(response, context)
      context.flush()
      drip(
        ByteBuffer(string: response.body), bytes, .milliseconds(milliseconds),
        NIOLoopBound(context, eventLoop: context.eventLoop))
    }
  }

  private func part(_ part: HTTPServerResponsePart) -> NIOAny { NIOAny(part) }

  private func writeHead(_ response: VenueHTTPResponse, _ context: ChannelHandlerContext) {
    var headers = HTTPHeaders()
    headers.add(name: "Content-Type", value: response.contentType)
    headers.add(name: "Content-Length", value: String(response.body.utf8.count))
    for header in response.headers { headers.add(name: header.name, value: header.value) }
    if !keepAlive { headers.add(name: "Connection", value: "close") }
    let head = HTTPResponseHead(
      version: .http1_1, status: HTTPResponseStatus(statusCode: response.status), headers: headers)
    context.write(part(.head(head)), promise: nil)
  }

  private func finish(_ context: ChannelHandlerContext) {
    guard !keepAlive else {
      context.writeAndFlush(part(.end(nil)), promise: nil)
      return
    }
    let channel = context.channel
    context.writeAndFlush(part(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
  }

  /// Sends a reset instead of a farewell.
  private func reset(_ context: ChannelHandlerContext) {
    let channel = context.channel
    guard let options = channel as? any SocketOptionProvider else {
      channel.close(promise: nil)
      return
    }
    options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in
      channel.close(promise: nil)
    }
  }

  private func drip(
    _ rest: ByteBuffer, _ bytes: Int, _ pause: TimeAmount,
    _ bound: NIOLoopBound<ChannelHandlerContext>
  ) {
    var rest = rest
    let context = bound.value
    guard context.channel.isActive else { return }
    guard rest.readableBytes > 0, !isHead else {
      finish(context)
      return
    }
    if let piece = rest.readSlice(length: min(bytes, rest.readableBytes)) {
      context.writeAndFlush(part(.body(.byteBuffer(piece))), promise: nil)
    }
    context.eventLoop.scheduleTask(in: pause) { [rest] in drip(rest, bytes, pause, bound) }
  }
}
