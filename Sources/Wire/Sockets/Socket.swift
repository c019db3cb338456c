import CZeroMQ
import Glibc

/// What a poller needs of a socket; good as long as the socket's owner lives.
package struct SocketHandle {
  let raw: UnsafeMutableRawPointer
}

/// The context of all sockets of one process; sockets hold it, so it ends after the last of them.
package final class ZMQContext {
  let raw: UnsafeMutableRawPointer

  package init() throws(WireError) {
    guard let raw = zmq_ctx_new() else { throw ZMQ.failure("make", "a context") }
    self.raw = raw
  }

  deinit { zmq_ctx_term(raw) }
}

/// What one socket keeps and takes at most.
struct SocketLimits {
  /// Messages a direction and connection; a stream drops what comes after, the others repeat it.
  let highWater: Int32
  /// Bytes of a frame that arrives; libzmq drops a longer one together with its connection.
  let longestFrame: Int64

  static let stream = SocketLimits(highWater: 10_000, longestFrame: 512 * 1024)
  /// The longest is an acknowledgement with 64 denials of 4 KiB.
  static let link = SocketLimits(highWater: 256, longestFrame: 512 * 1024)
  /// What the answering end takes in.
  static let questions = SocketLimits(highWater: 100, longestFrame: 1024)
  /// What the asking end takes in.
  static let replies = SocketLimits(highWater: 100, longestFrame: 8 * 1024 * 1024)
}

/// One ZeroMQ socket: closed with its owner, never lingering, used on one thread.
///
/// Sending and receiving never wait; everything is bounded by `SocketLimits`.
struct Socket: ~Copyable {
  enum Kind {
    case xpub, sub, dealer, router

    var raw: Int32 {
      switch self {
      case .xpub: ZMQ_XPUB
      case .sub: ZMQ_SUB
      case .dealer: ZMQ_DEALER
      case .router: ZMQ_ROUTER
      }
    }
  }

  private static let mostFrames = 8

  private let context: ZMQContext
  private let raw: UnsafeMutableRawPointer

  /// A socket that listens at `endpoint`, in place of whatever a dead predecessor left there.
  init(
    _ kind: Kind, _ context: ZMQContext, bind endpoint: String, limits: SocketLimits
  ) throws(WireError) {
    self.context = context
    raw = try ZMQ.open(context, kind.raw, endpoint, limits) { zmq_bind($0, endpoint) == 0 }
  }

  /// A socket that connects to each of `endpoints`, also to those where nobody listens yet.
  init(
    _ kind: Kind, _ context: ZMQContext, connect endpoints: [String], limits: SocketLimits
  ) throws(WireError) {
    self.context = context
    let all = endpoints.joined(separator: " ")
    raw = try ZMQ.open(context, kind.raw, all, limits) { raw in
      endpoints.allSatisfy { zmq_connect(raw, $0) == 0 }
    }
  }

  deinit { zmq_close(raw) }

  var handle: SocketHandle { SocketHandle(raw: raw) }

  /// Whether libzmq took all frames; false when it would have to wait or the peer is gone.
  func send(_ frames: [[UInt8]]) -> Bool {
    for (index, frame) in frames.enumerated() {
      let more = index + 1 < frames.count ? ZMQ_SNDMORE : 0
      var sent: Int32
      repeat {
        sent = zmq_send(raw, frame, frame.count, ZMQ_DONTWAIT | more)
      } while sent < 0 && zmq_errno() == EINTR
      if sent < 0 { return false }
    }
    return true
  }

  /// The frames of the next message; nil when there is none now.
  ///
  /// Frames past the eighth are read and dropped: none of our messages has so many.
  func receive() -> [[UInt8]]? {
    var frames: [[UInt8]] = []
    while true {
      var message = zmq_msg_t()
      zmq_msg_init(&message)
      defer { zmq_msg_close(&message) }
      guard zmq_msg_recv(&message, raw, ZMQ_DONTWAIT) >= 0 else {
        if zmq_errno() == EINTR { continue }
        return frames.isEmpty ? nil : frames
      }
      if frames.count < Self.mostFrames {
        let bytes = UnsafeRawBufferPointer(
          start: zmq_msg_data(&message), count: zmq_msg_size(&message))
        frames.append(Array(bytes))
      }
      if zmq_msg_more(&message) == 0 { return frames }
    }
  }
}

/// Opening a socket, and what libzmq says of its last failure.
enum ZMQ {
  /// A socket with all our options, attached by `attach`; closed again when anything fails.
  static func open(
    _ context: ZMQContext, _ kind: Int32, _ endpoint: String, _ limits: SocketLimits,
    _ attach: (UnsafeMutableRawPointer) -> Bool
  ) throws(WireError) -> UnsafeMutableRawPointer {
    guard let raw = zmq_socket(context.raw, kind) else {
      throw failure("make a socket for", endpoint)
    }
    var options: [(Int32, Int32)] = [
      (ZMQ_LINGER, 0), (ZMQ_SNDHWM, limits.highWater), (ZMQ_RCVHWM, limits.highWater),
      (ZMQ_RECONNECT_IVL, 20),
      (ZMQ_RECONNECT_IVL_MAX, 100),
    ]
    // A message for nobody fails at once instead of waiting for a peer that may never come.
    if kind == ZMQ_DEALER { options.append((ZMQ_IMMEDIATE, 1)) }
    var isReady = options.allSatisfy { option, value in
      var value = value
      return zmq_setsockopt(raw, option, &value, MemoryLayout<Int32>.size) == 0
    }
    var longest = limits.longestFrame
    let size = MemoryLayout<Int64>.size
    isReady = isReady && zmq_setsockopt(raw, ZMQ_MAXMSGSIZE, &longest, size) == 0
    if kind == ZMQ_SUB { isReady = isReady && zmq_setsockopt(raw, ZMQ_SUBSCRIBE, "", 0) == 0 }
    guard isReady, attach(raw) else {
      let failure = failure("open", endpoint)
      zmq_close(raw)
      throw failure
    }
    return raw
  }

  static func failure(_ call: String, _ endpoint: String) -> WireError {
    let reason = zmq_strerror(zmq_errno()).map { String(cString: $0) } ?? "no reason"
    return .socket(call: call, endpoint: endpoint, reason: reason)
  }
}
