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

/// One ZeroMQ socket: closed with its owner, never lingering, used on one thread.
///
/// Sending and receiving never wait. Bounds: `highWater` messages a direction, `longestFrame` bytes
/// a frame; a longer one is dropped by libzmq together with its connection.
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

  static let longestFrame: Int64 = 8 * 1024 * 1024
  private static let mostFrames = 8

  private let context: ZMQContext
  private let raw: UnsafeMutableRawPointer

  /// A socket that listens at `endpoint`, in place of whatever a dead predecessor left there.
  init(
    _ kind: Kind, _ context: ZMQContext, bind endpoint: String, highWater: Int32
  ) throws(WireError) {
    self.context = context
    raw = try ZMQ.open(context, kind.raw, endpoint, highWater) { zmq_bind($0, endpoint) == 0 }
  }

  /// A socket that connects to each of `endpoints`, also to those where nobody listens yet.
  init(
    _ kind: Kind, _ context: ZMQContext, connect endpoints: [String], highWater: Int32
  ) throws(WireError) {
    self.context = context
    let all = endpoints.joined(separator: " ")
    raw = try ZMQ.open(context, kind.raw, all, highWater) { raw in
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
    _ context: ZMQContext, _ kind: Int32, _ endpoint: String, _ highWater: Int32,
    _ attach: (UnsafeMutableRawPointer) -> Bool
  ) throws(WireError) -> UnsafeMutableRawPointer {
    guard let raw = zmq_socket(context.raw, kind) else {
      throw failure("make a socket for", endpoint)
    }
    var options: [(Int32, Int32)] = [
      (ZMQ_LINGER, 0), (ZMQ_SNDHWM, highWater), (ZMQ_RCVHWM, highWater), (ZMQ_RECONNECT_IVL, 20),
      (ZMQ_RECONNECT_IVL_MAX, 100),
    ]
    // A message for nobody fails at once instead of waiting for a peer that may never come.
    if kind == ZMQ_DEALER { options.append((ZMQ_IMMEDIATE, 1)) }
    var isReady = options.allSatisfy { option, value in
      var value = value
      return zmq_setsockopt(raw, option, &value, MemoryLayout<Int32>.size) == 0
    }
    var longest = Socket.longestFrame
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
