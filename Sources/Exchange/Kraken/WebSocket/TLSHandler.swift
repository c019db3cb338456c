import CTLS
import NIOCore

/// What every TLS connection of one process shares: the authorities it believes.
final class TLSContext: Sendable {
  /// Set once and only read; OpenSSL counts its users with atomics.
  private nonisolated(unsafe) let context: OpaquePointer

  init() throws(ExchangeError) {
    guard let context = il_tls_client() else {
      throw .unusable("OpenSSL gave no TLS client")
    }
    self.context = context
  }

  deinit {
    SSL_CTX_free(context)
  }

  /// A session with a server that has to prove to be `host`.
  fileprivate func session(_ host: String) -> OpaquePointer? {
    guard let session = SSL_new(context) else { return nil }
    guard il_tls_expect(session, host) == 1 else {
      SSL_free(session)
      return nil
    }
    SSL_set_connect_state(session)
    return session
  }
}

/// Why an encrypted connection was given up.
struct TLSFailure: Error, CustomStringConvertible {
  let description: String
}

/// TLS of the system's OpenSSL in a NIO pipeline, as a client.
///
/// Invariants: 1. No byte from above leaves, and none is passed up, before the server has proved to
/// be who it was expected to be. 2. A failure of the session ends the connection.
final class TLSHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private static let chunk = 16 * 1024

  private let session: OpaquePointer
  /// Owned by the session.
  private let incoming: OpaquePointer
  private let outgoing: OpaquePointer
  private var isReady = false
  private var hasFailed = false
  private var waiting: [(buffer: ByteBuffer, promise: EventLoopPromise<Void>?)] = []

  init(_ context: TLSContext, host: String) throws {
    guard let session = context.session(host) else {
      throw TLSFailure(description: "OpenSSL gave no session for \(host)")
    }
    guard let incoming = BIO_new(BIO_s_mem()), let outgoing = BIO_new(BIO_s_mem()) else {
      SSL_free(session)
      throw TLSFailure(description: "OpenSSL gave no memory")
    }
    SSL_set_bio(session, incoming, outgoing)
    self.session = session
    self.incoming = incoming
    self.outgoing = outgoing
  }

  deinit {
    SSL_free(session)
  }

  func channelActive(context: ChannelHandlerContext) {
    move(context)
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let buffer = unwrapInboundIn(data)
    let taken = buffer.withUnsafeReadableBytes { bytes in
      BIO_write(incoming, bytes.baseAddress, Int32(bytes.count))
    }
    guard taken == buffer.readableBytes else { return fail("OpenSSL takes no more", context) }
    move(context)
  }

  func channelInactive(context: ChannelHandlerContext) {
    for (_, promise) in waiting { promise?.fail(ChannelError.ioOnClosedChannel) }
    waiting = []
    context.fireChannelInactive()
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    waiting.append((unwrapOutboundIn(data), promise))
    if isReady { sendWaiting(context) }
  }

  func flush(context: ChannelHandlerContext) {
    context.flush()
  }

  private func move(_ context: ChannelHandlerContext) {
    guard !hasFailed else { return }
    if !isReady {
      let result = SSL_do_handshake(session)
      sendOut(context, nil)
      guard result == 1 else { return judge(result, context) }
      isReady = true
      sendWaiting(context)
    }
    while true {
      var buffer = context.channel.allocator.buffer(capacity: Self.chunk)
      var count: Int32 = 0
      buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.chunk) { bytes in
        count = SSL_read(session, bytes.baseAddress, Int32(Self.chunk))
        return max(0, Int(count))
      }
      guard count > 0 else {
        sendOut(context, nil)
        context.fireChannelReadComplete()
        return judge(count, context)
      }
      context.fireChannelRead(wrapInboundOut(buffer))
    }
  }

  /// A session that only waits for more goes on.
  private func judge(_ result: Int32, _ context: ChannelHandlerContext) {
    switch SSL_get_error(session, result) {
    case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return
    case SSL_ERROR_ZERO_RETURN: context.close(promise: nil)
    default:
      fail(
        isReady ? "the encrypted session broke" : String(cString: il_tls_verdict(session)), context)
    }
  }

  private func sendWaiting(_ context: ChannelHandlerContext) {
    let all = waiting
    waiting = []
    for (buffer, promise) in all {
      let result = buffer.withUnsafeReadableBytes { bytes in
        bytes.isEmpty ? 1 : SSL_write(session, bytes.baseAddress, Int32(bytes.count))
      }
      guard result > 0 else {
        promise?.fail(TLSFailure(description: "unable to encrypt"))
        return fail("unable to encrypt", context)
      }
      sendOut(context, promise)
    }
  }

  private func sendOut(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
    let count = BIO_ctrl_pending(outgoing)
    guard count > 0 else {
      promise?.succeed(())
      return
    }
    var buffer = context.channel.allocator.buffer(capacity: count)
    buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { bytes in
      max(0, Int(BIO_read(outgoing, bytes.baseAddress, Int32(count))))
    }
    context.writeAndFlush(wrapOutboundOut(buffer), promise: promise)
  }

  private func fail(_ why: String, _ context: ChannelHandlerContext) {
    guard !hasFailed else { return }
    hasFailed = true
    ERR_clear_error()
    context.fireErrorCaught(TLSFailure(description: "TLS: \(why)"))
    context.close(promise: nil)
  }
}
