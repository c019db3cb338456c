import NIOCore

/// Why a proxy opened no way to the venue.
struct TunnelFailure: Error, CustomStringConvertible {
  let description: String
}

/// Asks an HTTP proxy for a way to the venue (RFC 9110, CONNECT), then makes room for the rest.
///
/// Invariants: 1. No byte of the session leaves before the proxy has said yes, and none is passed
/// up before that. 2. Its answer has at most `longestHead` bytes; anything but a 2xx ends the
/// connection. 3. What came behind the answer is not lost.
final class TunnelHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  static let longestHead = 8 * 1024
  private static let end = Array("\r\n\r\n".utf8)

  private let authority: String
  /// Puts what speaks through the tunnel behind this handler.
  private let configure: (any Channel) throws -> Void
  private var head: [UInt8] = []
  private var isOver = false

  /// `authority` is `host:port`, also for a port that goes without saying.
  init(authority: String, _ configure: @escaping (any Channel) throws -> Void) {
    self.authority = authority
    self.configure = configure
  }

  func channelActive(context: ChannelHandlerContext) {
    let request = "CONNECT \(authority) HTTP/1.1\r\nHost: \(authority)\r\n\r\n"
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request)), promise: nil)
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isOver else { return }
    head += Array(unwrapInboundIn(data).readableBytesView)
    guard let end = Self.end(of: head) else {
      if head.count > Self.longestHead { refuse("an answer without an end", context) }
      return
    }
    guard end <= Self.longestHead else { return refuse("an answer without an end", context) }
    let line = String(decoding: head.prefix { $0 != 0x0D }.prefix(128), as: UTF8.self)
    let words = line.split(separator: " ", maxSplits: 2)
    guard words.count >= 2, words[0].hasPrefix("HTTP/1."), words[1].utf8.count == 3,
      words[1].first == "2"
    else { return refuse("it said \(line)", context) }
    isOver = true
    let rest = head[end...]
    do {
      try configure(context.channel)
    } catch {
      context.fireErrorCaught(error)
      context.close(promise: nil)
      return
    }
    if !rest.isEmpty {
      context.fireChannelRead(NIOAny(ByteBuffer(bytes: rest)))
      context.fireChannelReadComplete()
    }
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
  }

  private static func end(of head: [UInt8]) -> Int? {
    guard head.count >= end.count else { return nil }
    return (0...(head.count - end.count)).first { index in
      head[index..<(index + end.count)].elementsEqual(end)
    }.map { $0 + end.count }
  }

  private func refuse(_ why: String, _ context: ChannelHandlerContext) {
    isOver = true
    context.fireErrorCaught(TunnelFailure(description: "the proxy opens no way: \(why)"))
    context.close(promise: nil)
  }
}
