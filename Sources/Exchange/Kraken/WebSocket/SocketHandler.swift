import NIOCore
import NIOWebSocket

/// Reads the frames of one connection and hands whole messages over, a read's worth at once.
///
/// Bounds: a message has at most `longestMessage` bytes in however many fragments.
final class SocketHandler: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundOut = WebSocketFrame

  /// The deepest snapshot of a book has some hundred kilobytes.
  static let longestMessage = 4 << 20

  private let id: UInt64
  private let mailbox: SocketMailbox
  private var batch: [[UInt8]] = []
  private var fragments: [UInt8]?
  private var why = "the venue closed the connection"

  init(_ id: UInt64, _ mailbox: SocketMailbox) {
    self.id = id
    self.mailbox = mailbox
  }

  func handlerAdded(context: ChannelHandlerContext) {
    mailbox.post(.opened(id))
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    switch frame.opcode {
    case .text, .binary, .continuation: join(frame, context)
    case .ping:
      let pong = WebSocketFrame(
        fin: true, opcode: .pong, maskKey: .random(), data: frame.unmaskedData)
      context.writeAndFlush(wrapOutboundOut(pong), promise: nil)
      mailbox.post(.sign(id))
    case .pong: mailbox.post(.sign(id))
    case .connectionClose:
      var data = frame.unmaskedData
      let code = data.readInteger(as: UInt16.self).map { " with code \($0)" } ?? ""
      end("the venue closed the connection\(code)", context)
    default: end("a frame of an unknown kind", context)
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    handOver()
    context.fireChannelReadComplete()
  }

  func channelInactive(context: ChannelHandlerContext) {
    handOver()
    mailbox.post(.closed(id, why: why))
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    end("\(error)", context)
  }

  private func join(_ frame: WebSocketFrame, _ context: ChannelHandlerContext) {
    let data = frame.unmaskedData
    guard (fragments != nil) == (frame.opcode == .continuation) else {
      return end("fragments out of order", context)
    }
    if frame.fin, fragments == nil {
      batch.append(Array(data.readableBytesView))
      return
    }
    guard (fragments?.count ?? 0) + data.readableBytes <= Self.longestMessage else {
      return end("a message of more than \(Self.longestMessage) bytes", context)
    }
    fragments = (fragments ?? []) + Array(data.readableBytesView)
    guard frame.fin, let whole = fragments else { return }
    fragments = nil
    batch.append(whole)
  }

  private func handOver() {
    guard !batch.isEmpty else { return }
    mailbox.post(batch, of: id)
    batch.removeAll(keepingCapacity: true)
  }

  private func end(_ reason: String, _ context: ChannelHandlerContext) {
    why = reason
    context.close(promise: nil)
  }
}
