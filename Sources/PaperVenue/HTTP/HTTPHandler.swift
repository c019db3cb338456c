import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Reads one request after the other of a connection, within bounds, and writes the answers.
///
/// Invariants:
/// 1. One request is answered at a time: the pipelining handler before this one keeps the next back
///    until the answer has been written.
/// 2. An answer is written for the request it was made for or not at all: it carries the request's
///    number, and each number is answered once.
/// 3. A connection without a whole request for `patience` is closed, however many bytes drip in;
///    one that waits for an answer of ours is not.
final class HTTPHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  /// What is read of a body that is too long before the connection is closed on it.
  private static let mostDiscarded = 4 * VenueHTTPRequest.longestBody

  private let respond: Responder
  private let patience: TimeAmount
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []
  private var discarded = 0
  private var idle: Scheduled<Void>?
  /// The number of the newest request.
  private var number = 0
  /// The request that waits for its answer.
  private var waiting: AnswerWriter?

  init(patience: TimeAmount, _ respond: @escaping Responder) {
    self.patience = patience
    self.respond = respond
  }

  func channelActive(context: ChannelHandlerContext) {
    watch(context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    idle?.cancel()
    waiting = nil
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
      discarded = 0
      encourage(head, context)
    case .body(let buffer): read(buffer, context)
    case .end:
      if let head { hear(head, context) }
      head = nil
    }
  }

  /// Tells a client that asks before it sends its body to go on; libcurl would wait a second.
  private func encourage(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    guard head.headers[canonicalForm: "expect"].contains("100-continue") else { return }
    let answer = HTTPResponseHead(version: .http1_1, status: .continue)
    context.writeAndFlush(wrapOutboundOut(.head(answer)), promise: nil)
  }

  private func read(_ buffer: ByteBuffer, _ context: ChannelHandlerContext) {
    guard discarded > 0 || body.count + buffer.readableBytes > VenueHTTPRequest.longestBody else {
      body.append(contentsOf: buffer.readableBytesView)
      return
    }
    body = []
    discarded += buffer.readableBytes
    if discarded > Self.mostDiscarded { context.close(promise: nil) }
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

  private func hear(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    idle?.cancel()
    number += 1
    let isTooLong = discarded > 0
    let writer = AnswerWriter(
      number: number, isHead: head.method == .HEAD, keepAlive: head.isKeepAlive && !isTooLong)
    waiting = writer
    if isTooLong {
      answer(
        VenueHTTPResponse(ErrorBody.badRequest("body too large"), status: 413), writer.number,
        context)
    } else if let request = VenueHTTPRequest(head, body: body) {
      body = []
      ask(request, writer.number, context)
    } else {
      answer(
        VenueHTTPResponse(ErrorBody.badRequest("not URL-encoded UTF-8"), status: 400),
        writer.number, context)
    }
  }

  /// Hands the request over; the answer comes now or later, on this thread or another.
  private func ask(
    _ request: VenueHTTPRequest, _ number: Int, _ context: ChannelHandlerContext
  ) {
    let loop = context.eventLoop
    let asker = NIOLoopBound((handler: self, context: context), eventLoop: loop)
    respond(request) { response in
      if loop.inEventLoop {
        asker.value.handler.answer(response, number, asker.value.context)
      } else {
        loop.execute { asker.value.handler.answer(response, number, asker.value.context) }
      }
    }
  }

  private func answer(
    _ response: VenueHTTPResponse, _ number: Int, _ context: ChannelHandlerContext
  ) {
    guard let writer = waiting, writer.number == number else { return }
    waiting = nil
    watch(context)
    writer.write(response, context)
  }

  /// A peer that neither asks nor finishes asking for a while loses its connection.
  private func watch(_ context: ChannelHandlerContext) {
    idle?.cancel()
    let channel = context.channel
    idle = context.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
  }
}

extension VenueHTTPRequest {
  /// The request as it came; nil when it is not the URL-encoded UTF-8 it must be.
  init?(_ head: HTTPRequestHead, body: [UInt8]) {
    guard let text = String(validating: body, as: UTF8.self) else { return nil }
    let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    var headers: [String: String] = [:]
    for header in head.headers { headers[header.name.lowercased()] = header.value }
    self.init(
      method: head.method == .HEAD ? "GET" : head.method.rawValue,
      path: parts.first.map(String.init) ?? "/", query: parts.count > 1 ? String(parts[1]) : "",
      body: text, headers: headers)
    guard isJSON || parameters != nil else { return nil }
  }
}
