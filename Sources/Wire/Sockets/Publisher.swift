import Failpoint

/// The sending end of a stream: numbered messages to whoever listens, lost to whoever does not.
///
/// Invariants: 1. Messages are numbered 1, 2, 3… in this life; `epoch` names the life. 2.
/// Publishing never waits: a listener that does not read loses messages and sees the gap by their
/// numbers.
package final class Publisher {
  private static let framesPerTurn = 256

  private let socket: Socket
  private let source: String
  private let epoch: UInt64
  /// Number of the last message; 0 before the first.
  package private(set) var sequence: UInt64 = 0

  package init(
    context: ZMQContext, endpoint: String, source: String, epoch: UInt64
  ) throws(WireError) {
    socket = try Socket(.xpub, context, bind: endpoint, limits: .stream)
    self.source = source
    self.epoch = epoch
  }

  package var handle: SocketHandle { socket.handle }

  /// Returns the frame as it went out, for whoever keeps the past.
  @discardableResult
  package func publish(_ body: StreamBody) -> [UInt8] {
    sequence += 1
    let message = StreamMessage(source: source, epoch: epoch, sequence: sequence, body: body)
    let frame = Codec.encode(message)
    // An XPUB socket drops instead of failing; nobody has to be told.
    guard failpoint(.wirePublishBefore) == 0 else { return frame }
    _ = socket.send([frame])
    failpoint(.wirePublishAfter)
    return frame
  }

  /// Reads away what listeners say; whether the first of them has come.
  @discardableResult
  package func service() -> Bool {
    var hasListener = false
    for _ in 0..<Self.framesPerTurn {
      guard let frames = socket.receive() else { break }
      // One byte, 1 or 0, then the topic: subscribed or gone.
      if frames.first?.first == 1 { hasListener = true }
    }
    return hasListener
  }
}
