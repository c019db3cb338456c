import CTLS
import NIOCore

/// TLS of the system's OpenSSL in a NIO pipeline, as a client.
///
/// Invariants: 1. No byte from above leaves, and none is passed up, before the server has proved to
/// be who it was expected to be. 2. A failure of the session ends the connection, is told once, and
/// nothing is read or passed up after it. 3. Every write is answered, also one that never left.
/// 4. At most `mostWaiting` bytes wait for the handshake. 5. What OpenSSL says of one call is not
/// mixed up with what another left behind: its queue of errors is empty before each.
final class TLSHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private static let chunk = 16 * 1024
  /// The request for an upgrade has some hundred.
  static let mostWaiting = 1 << 20

  /// Where the session stands.
  ///
  ///     phase      after                          then
  ///     shaking    the server proved its name     ready: what waits leaves
  ///     shaking    anything else ends it          over
  ///     ready      close_notify, a failure, end   over
  private enum Phase {
    case shaking
    case ready
    case over
  }

  private let session: OpaquePointer
  /// Owned by the session.
  private let incoming: OpaquePointer
  private let outgoing: OpaquePointer
  private var phase = Phase.shaking
  private var hasBegun = false
  private var waiting: [(buffer: ByteBuffer, promise: EventLoopPromise<Void>?)] = []
  private var waitingBytes = 0

  init(_ context: TLSContext, host: String) throws {
    guard let session = context.session(host) else {
      ERR_clear_error()
      throw TLSFailure(description: "OpenSSL gave no session for \(host)")
    }
    guard let incoming = BIO_new(BIO_s_mem()) else {
      SSL_free(session)
      throw TLSFailure(description: "OpenSSL gave no memory")
    }
    guard let outgoing = BIO_new(BIO_s_mem()) else {
      BIO_free(incoming)
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

  // MARK: - From below

  /// Behind a proxy the connection is there already.
  func handlerAdded(context: ChannelHandlerContext) {
    if context.channel.isActive { begin(context) }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    phase = .over
    forsake(ChannelError.ioOnClosedChannel)
  }

  func channelActive(context: ChannelHandlerContext) {
    begin(context)
    context.fireChannelActive()
  }

  private func begin(_ context: ChannelHandlerContext) {
    guard !hasBegun else { return }
    hasBegun = true
    move(context)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard phase != .over else { return }
    let buffer = unwrapInboundIn(data)
    guard buffer.readableBytes > 0 else { return }
    ERR_clear_error()
    let taken = buffer.withUnsafeReadableBytes { bytes in
      BIO_write(incoming, bytes.baseAddress, Int32(bytes.count))
    }
    guard taken == buffer.readableBytes else { return fail("OpenSSL takes no more", context) }
    move(context)
  }

  func channelInactive(context: ChannelHandlerContext) {
    if phase == .shaking {
      phase = .over
      context.fireErrorCaught(TLSFailure(description: "TLS: closed during the handshake"))
    }
    phase = .over
    forsake(ChannelError.ioOnClosedChannel)
    context.fireChannelInactive()
  }

  // MARK: - From above

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let buffer = unwrapOutboundIn(data)
    guard phase != .over else {
      promise?.fail(ChannelError.ioOnClosedChannel)
      return
    }
    waiting.append((buffer, promise))
    waitingBytes += buffer.readableBytes
    guard phase == .ready else {
      if waitingBytes > Self.mostWaiting {
        fail("more than \(Self.mostWaiting) bytes wait for the handshake", context)
      }
      return
    }
    sendWaiting(context)
  }

  func flush(context: ChannelHandlerContext) {
    context.flush()
  }

  /// Says goodbye, so that the other side knows that nothing was cut off.
  func close(
    context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?
  ) {
    if phase == .ready {
      phase = .over
      ERR_clear_error()
      SSL_shutdown(session)
      ERR_clear_error()
      sendOut(context, nil)
    }
    phase = .over
    forsake(ChannelError.ioOnClosedChannel)
    context.close(mode: mode, promise: promise)
  }

  // MARK: - The session

  private func move(_ context: ChannelHandlerContext) {
    if phase == .shaking {
      ERR_clear_error()
      let result = SSL_do_handshake(session)
      // Also after a failure: the other side is told why.
      let verdict = result == 1 ? nil : self.verdict(result)
      sendOut(context, nil)
      guard result == 1 else {
        if let verdict { fail(verdict, context) }
        return
      }
      phase = .ready
      sendWaiting(context)
    }
    var hasPassed = false
    // What is passed up may end the connection.
    while phase == .ready {
      var buffer = context.channel.allocator.buffer(capacity: Self.chunk)
      var count: Int32 = 0
      ERR_clear_error()
      buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.chunk) { bytes in
        count = SSL_read(session, bytes.baseAddress, Int32(Self.chunk))
        return max(0, Int(count))
      }
      guard count > 0 else {
        let verdict = verdict(count)
        let isOver = SSL_get_shutdown(session) & SSL_RECEIVED_SHUTDOWN != 0
        // New keys of the server's have to be answered.
        sendOut(context, nil)
        if hasPassed { context.fireChannelReadComplete() }
        if let verdict {
          fail(verdict, context)
        } else if isOver {
          context.channel.close(promise: nil)
        }
        return
      }
      hasPassed = true
      context.fireChannelRead(wrapInboundOut(buffer))
    }
    if hasPassed { context.fireChannelReadComplete() }
  }

  /// What of the session failed; nil when it only waits for more or ended as it should.
  private func verdict(_ result: Int32) -> String? {
    switch SSL_get_error(session, result) {
    case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return nil
    case SSL_ERROR_ZERO_RETURN where phase == .ready: return nil
    case SSL_ERROR_ZERO_RETURN: return "closed during the handshake"
    default: return String(cString: il_tls_verdict(session))
    }
  }

  private func sendWaiting(_ context: ChannelHandlerContext) {
    var all = waiting[...]
    waiting = []
    waitingBytes = 0
    while phase == .ready, let (buffer, promise) = all.popFirst() {
      ERR_clear_error()
      let result = buffer.withUnsafeReadableBytes { bytes in
        bytes.isEmpty ? 1 : SSL_write(session, bytes.baseAddress, Int32(bytes.count))
      }
      guard result > 0 else {
        promise?.fail(TLSFailure(description: "TLS: unable to encrypt"))
        fail("unable to encrypt", context)
        break
      }
      sendOut(context, promise)
    }
    for (_, promise) in all { promise?.fail(ChannelError.ioOnClosedChannel) }
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

  private func forsake(_ error: any Error) {
    let all = waiting
    waiting = []
    waitingBytes = 0
    for (_, promise) in all { promise?.fail(error) }
  }

  private func fail(_ why: String, _ context: ChannelHandlerContext) {
    guard phase != .over else { return }
    phase = .over
    ERR_clear_error()
    let failure = TLSFailure(description: "TLS: \(why)")
    forsake(failure)
    context.fireErrorCaught(failure)
    context.close(promise: nil)
  }
}
