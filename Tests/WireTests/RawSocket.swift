import CZeroMQ
import Testing

/// A ZeroMQ socket that knows nothing of our messages: the stranger at the door.
final class RawSocket {
  private let context: UnsafeMutableRawPointer
  private let socket: UnsafeMutableRawPointer

  private init(_ kind: Int32) throws {
    context = try #require(zmq_ctx_new())
    socket = try #require(zmq_socket(context, kind))
    var linger: Int32 = 0
    zmq_setsockopt(socket, ZMQ_LINGER, &linger, MemoryLayout<Int32>.size)
  }

  convenience init(_ kind: Int32, connect endpoint: String) throws {
    try self.init(kind)
    try #require(zmq_connect(socket, endpoint) == 0)
  }

  convenience init(_ kind: Int32, bind endpoint: String) throws {
    try self.init(kind)
    try #require(zmq_bind(socket, endpoint) == 0)
  }

  deinit {
    zmq_close(socket)
    zmq_ctx_term(context)
  }

  /// Whether all frames were taken.
  @discardableResult
  func send(_ frames: [[UInt8]]) -> Bool {
    for (index, frame) in frames.enumerated() {
      let more = index + 1 < frames.count ? ZMQ_SNDMORE : 0
      guard zmq_send(socket, frame, frame.count, ZMQ_DONTWAIT | more) >= 0 else { return false }
    }
    return true
  }

  /// The next message's frames, each at most 64 KiB; nil when there is none now.
  func receive() -> [[UInt8]]? {
    var frames: [[UInt8]] = []
    var more: Int32 = 1
    while more == 1 {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      let count = zmq_recv(socket, &buffer, buffer.count, ZMQ_DONTWAIT)
      guard count >= 0 else { return nil }
      frames.append(Array(buffer.prefix(Int(count))))
      var size = MemoryLayout<Int32>.size
      zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size)
    }
    return frames
  }

  /// Frames no socket of ours expects.
  static func rubbish(seed: UInt64, count: Int) -> [[[UInt8]]] {
    var chance = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      (0..<Int.random(in: 1...12, using: &chance)).map { _ in
        (0..<Int.random(in: 0...80, using: &chance)).map { _ in
          UInt8.random(in: 0...255, using: &chance)
        }
      }
    }
  }
}
