import NIOCore
import NIOWebSocket

/// What the connections need of the venue; nothing of it waits.
protocol WebSocketService: Sendable {
  /// Takes a connection in under a number of its own; nil when there are too many.
  func open(_ connection: WebSocketConnection) -> Int?

  /// Answers one message; nil is one that was no UTF-8 text.
  func receive(_ text: String?, from id: Int)

  func close(_ id: Int)
}

/// Reads the frames of one WebSocket, within bounds, and keeps its manners (RFC 6455).
///
/// Invariants: 1. A message has at most `longestMessage` bytes, in however many fragments. 2. Every
/// ping is answered, a close is answered once. 3. A client that says nothing at all for `patience`
/// loses its connection.
final class WebSocketHandler: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundOut = WebSocketFrame

  static let longestMessage = 64 * 1024

  private let service: any WebSocketService
  private let patience: TimeAmount
  private let backlog: WebSocketBacklog
  private var connection: WebSocketConnection?
  private var id: Int?
  /// The message whose fragments are being read.
  private var message: (opcode: WebSocketOpcode, bytes: ByteBuffer)?
  private var isClosing = false
  private var silence: Scheduled<Void>?

  init(_ service: any WebSocketService, patience: TimeAmount, backlog: WebSocketBacklog) {
    self.service = service
    self.backlog = backlog
    self.patience = patience
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let connection = WebSocketConnection(context.channel, backlog)
    self.connection = connection
    guard let id = service.open(connection) else {
      return close(context, WebSocketErrorCode(codeNumber: 1013))
    }
    self.id = id
    watch(context)
  }

  func channelInactive(context: ChannelHandlerContext) {
    leave()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    leave()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isClosing else { return }
    let frame = unwrapInboundIn(data)
    // Clients mask what they send, and no extension was agreed on.
    guard frame.maskKey != nil, !(frame.rsv1 || frame.rsv2 || frame.rsv3) else {
      return close(context, .protocolError)
    }
    watch(context)
    switch frame.opcode {
    case .text, .binary:
      guard message == nil else { return close(context, .protocolError) }
      message = (frame.opcode, context.channel.allocator.buffer(capacity: 0))
      join(frame, context)
    case .continuation:
      guard message != nil else { return close(context, .protocolError) }
      join(frame, context)
    case .ping:
      guard frame.fin else { return close(context, .protocolError) }
      // The answer is counted as anything else that waits for the client.
      _ = connection?.send([WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData)])
    case .pong: break
    case .connectionClose: answerClose(frame, context)
    default: close(context, .protocolError)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    close(context, .protocolError)
  }

  private func join(_ frame: WebSocketFrame, _ context: ChannelHandlerContext) {
    guard let opcode = message?.opcode, var bytes = message?.bytes else { return }
    message = nil
    var data = frame.unmaskedData
    guard bytes.readableBytes + data.readableBytes <= Self.longestMessage else {
      return close(context, .messageTooLarge)
    }
    bytes.writeBuffer(&data)
    guard frame.fin else {
      message = (opcode, bytes)
      return
    }
    guard let id else { return }
    let text = opcode == .text ? String(validating: bytes.readableBytesView, as: UTF8.self) : nil
    service.receive(text, from: id)
  }

  private func answerClose(_ frame: WebSocketFrame, _ context: ChannelHandlerContext) {
    var data = frame.unmaskedData
    let code = data.readInteger(as: UInt16.self)
    close(context, code.map { WebSocketErrorCode(codeNumber: Int($0)) } ?? .normalClosure)
  }

  /// Says goodbye and closes.
  private func close(_ context: ChannelHandlerContext, _ code: WebSocketErrorCode) {
    guard !isClosing else { return }
    isClosing = true
    leave()
    var data = context.channel.allocator.buffer(capacity: 2)
    data.write(webSocketErrorCode: code)
    let channel = context.channel
    context.writeAndFlush(
      wrapOutboundOut(WebSocketFrame(fin: true, opcode: .connectionClose, data: data))
    ).whenComplete { _ in channel.close(promise: nil) }
    // A client that does not take the goodbye does not keep the connection.
    context.eventLoop.scheduleTask(in: .seconds(1)) { channel.close(promise: nil) }
  }

  private func leave() {
    silence?.cancel()
    if let id { service.close(id) }
    id = nil
  }

  private func watch(_ context: ChannelHandlerContext) {
    silence?.cancel()
    let channel = context.channel
    silence = context.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
  }
}
