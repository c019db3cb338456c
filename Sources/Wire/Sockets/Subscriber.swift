import Failpoint

/// The receiving end of one or more streams; what got lost on the way is seen by the numbers.
package final class Subscriber {
  package enum Reception: Hashable, Sendable {
    case message(StreamMessage)
    /// So many messages of this source were lost before the next one.
    case gap(source: String, missed: UInt64)
    /// The next message comes from a life of this source that was not heard before.
    case restarted(source: String, epoch: UInt64)
    /// Not one of ours; dropped and counted.
    case malformed(String)
  }

  /// More sources than a pipeline has processes are not remembered.
  private static let mostSources = 64

  private let socket: Socket
  private var positions: [String: (epoch: UInt64, sequence: UInt64)] = [:]
  private var waiting: [Reception] = []
  /// Frames that were not ours.
  package private(set) var malformed: UInt64 = 0

  package init(context: ZMQContext, endpoints: [String]) throws(WireError) {
    socket = try Socket(.sub, context, connect: endpoints, limits: .stream)
  }

  package var handle: SocketHandle { socket.handle }

  /// The next thing that was heard; nil when there is nothing now.
  ///
  /// A gap or a restart comes out before the message that revealed it.
  package func receive() -> Reception? {
    if !waiting.isEmpty { return waiting.removeFirst() }
    while let frames = socket.receive() {
      do {
        guard frames.count == 1 else {
          throw WireError.malformed("\(frames.count) frames instead of one")
        }
        let message = try Codec.decodeMessage(frames[0])
        failpoint(.wireHearAfter)
        guard let first = place(message) else { continue }
        return first
      } catch {
        malformed += 1
        return .malformed("\(error)")
      }
    }
    return nil
  }

  /// What `message` means after what came before it; nil for one that is older than that.
  private func place(_ message: StreamMessage) -> Reception? {
    let source = message.source
    guard let last = positions[source], last.epoch >= message.epoch else {
      guard positions[source] != nil || positions.count < Self.mostSources else {
        malformed += 1
        return .malformed("source \(source) is one too many")
      }
      positions[source] = (message.epoch, message.sequence)
      waiting.append(.message(message))
      return .restarted(source: source, epoch: message.epoch)
    }
    // A process of an earlier life that was stopped may still have something in its pipe.
    guard message.epoch == last.epoch, message.sequence > last.sequence else { return nil }
    positions[source] = (message.epoch, message.sequence)
    let missed = message.sequence - last.sequence - 1
    guard missed > 0 else { return .message(message) }
    waiting.append(.message(message))
    return .gap(source: source, missed: missed)
  }
}
