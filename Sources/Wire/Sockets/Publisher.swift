/// The sending end of a stream: numbered messages to whoever listens, lost to whoever does not.
///
/// Invariants: 1. Messages are numbered 1, 2, 3… in this life; `epoch` names the life. 2. Publishing
/// never waits: a listener that does not read loses messages and sees the gap by their numbers.
package final class Publisher {
  private static let highWater: Int32 = 10_000
  private static let framesPerTurn = 256

  private let socket: Socket
  private let source: String
  private let epoch: UInt64
  /// Number of the last message; 0 before the first.
  package private(set) var sequence: UInt64 = 0

  package init(
    context: ZMQContext, endpoint: String, source: String, epoch: UInt64
  ) throws(WireError) {
    socket = try Socket(.xpub, context, bind: endpoint, highWater: Self.highWater)
    self.source = source
    self.epoch = epoch
  }

  package var handle: SocketHandle { socket.handle }

  package func publish(_ body: StreamBody) {
    sequence += 1
    let message = StreamMessage(source: source, epoch: epoch, sequence: sequence, body: body)
    // An XPUB socket drops instead of failing; nobody has to be told.
    _ = socket.send([Codec.encode(message)])
  }

  /// Reads away what subscribers say; nothing depends on it.
  package func service() {
    for _ in 0..<Self.framesPerTurn where socket.receive() == nil { return }
  }
}
