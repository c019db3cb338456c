import Daemon
import NIOCore
import NIOHTTP1

/// Reads the requests of one connection, within bounds, and writes the answers.
///
/// Invariants:
/// 1. One request is answered at a time; the pipelining handler keeps the next one back.
/// 2. A connection without a whole request for `patience` is closed, however slowly bytes drip in.
/// 3. A request longer than its bounds is answered with what is wrong, and its connection closed.
/// 4. Every answer carries the headers that keep a page to itself.
final class RequestHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private static let patience = TimeAmount.seconds(10)

  private let door: Door
  private let hub: EventHub
  private let act: @Sendable (ConsoleAction, @escaping @Sendable (ActionOutcome) -> Void) -> Bool
  private let refusals: RefusalLog
  private var request: ConsoleRequest?
  private var isHead = false
  private var keepAlive = true
  private var isTooLong = false
  private var isStreaming = false
  private var idle: Scheduled<Void>?

  init(
    door: Door, hub: EventHub, refusals: RefusalLog,
    act: @escaping @Sendable (ConsoleAction, @escaping @Sendable (ActionOutcome) -> Void) -> Bool
  ) {
    self.door = door
    self.hub = hub
    self.refusals = refusals
    self.act = act
  }

  func channelActive(context: ChannelHandlerContext) {
    watch(context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    idle?.cancel()
    if isStreaming { hub.close(context.channel) }
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    refusals.note("not HTTP")
    context.close(promise: nil)
  }

  /// A peer that does not take its answers is not heard until it has.
  func channelWritabilityChanged(context: ChannelHandlerContext) {
    context.channel.setOption(.autoRead, value: context.channel.isWritable || isStreaming)
      .whenFailure { [channel = context.channel] _ in channel.close(promise: nil) }
    context.fireChannelWritabilityChanged()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // An open page says nothing more; what comes all the same is not read.
    guard !isStreaming else { return }
    switch unwrapInboundIn(data) {
    case .head(let head):
      isHead = head.method == .HEAD
      keepAlive = head.isKeepAlive
      isTooLong = head.uri.utf8.count > ConsoleRequest.longestURI
      request = ConsoleRequest(head)
    case .body(let buffer):
      guard let count = request?.body.count,
        count + buffer.readableBytes <= ConsoleRequest.longestBody
      else {
        isTooLong = true
        return
      }
      request?.body.append(contentsOf: buffer.readableBytesView)
    case .end:
      if let request { hear(request, context) }
      request = nil
    }
  }

  private func hear(_ request: ConsoleRequest, _ context: ChannelHandlerContext) {
    guard !isTooLong else {
      refusals.note("too long")
      keepAlive = false
      return write(.refused(413, "the request is too long"), context)
    }
    switch door.decide(request, now: Clock.wallMilliseconds()) {
    case .reply(let reply): write(reply, context)
    case .stream(let sections): stream(sections, context)
    case .act(let action): perform(action, context)
    }
  }

  private func perform(_ action: ConsoleAction, _ context: ChannelHandlerContext) {
    let loop = context.eventLoop
    let asker = NIOLoopBound((handler: self, context: context), eventLoop: loop)
    idle?.cancel()
    let isTaken = act(action) { outcome in
      loop.execute {
        let (handler, context) = asker.value
        guard context.channel.isActive else { return }
        let reply =
          outcome.isDone
          ? ConsoleReply(["done": .string(outcome.text)]) : .refused(409, outcome.text)
        handler.write(reply, context)
      }
    }
    if !isTaken { write(.refused(503, "others are being obeyed: try again"), context) }
  }

  private func stream(_ sections: Set<String>, _ context: ChannelHandlerContext) {
    guard hub.open(context.channel, sections) else {
      refusals.note("too many pages")
      return write(.refused(503, "too many pages are open: close one"), context)
    }
    idle?.cancel()
    isStreaming = true
    var head = head(status: .ok, type: "text/event-stream; charset=utf-8")
    head.headers.add(name: "X-Accel-Buffering", value: "no")
    context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
  }

  private func write(_ reply: ConsoleReply, _ context: ChannelHandlerContext) {
    var head = head(status: HTTPResponseStatus(statusCode: reply.status), type: reply.type)
    head.headers.add(name: "Content-Length", value: "\(reply.body.count)")
    for (name, value) in reply.headers { head.headers.add(name: name, value: value) }
    if !keepAlive { head.headers.add(name: "Connection", value: "close") }
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if !isHead {
      let body = ByteBuffer(bytes: reply.body)
      context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    }
    let channel = context.channel
    let written = context.writeAndFlush(wrapOutboundOut(.end(nil)))
    if !keepAlive { written.whenComplete { _ in channel.close(promise: nil) } }
    watch(context)
  }

  private func head(status: HTTPResponseStatus, type: String) -> HTTPResponseHead {
    HTTPResponseHead(
      version: .http1_1, status: status,
      headers: [
        "Content-Type": type, "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
          + "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
          + "frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
        "X-Frame-Options": "DENY", "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
      ])
  }

  private func watch(_ context: ChannelHandlerContext) {
    idle?.cancel()
    let channel = context.channel
    idle = context.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
  }
}
