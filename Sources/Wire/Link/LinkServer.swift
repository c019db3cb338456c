package import Domain
import Failpoint

/// The receiving end of an acknowledged link: `LinkReceiver` on a ROUTER socket.
package final class LinkServer {
  /// Frames read in one turn, so that a flood delays nothing else of its owner.
  private static let framesPerTurn = 256

  private let socket: Socket
  private var receiver: LinkReceiver
  private var malformed: UInt64 = 0

  package init(
    context: ZMQContext, endpoint: String, epoch: UInt64, token: [UInt8], build: String
  ) throws(WireError) {
    socket = try Socket(.router, context, bind: endpoint, limits: .link)
    receiver = LinkReceiver(epoch: epoch, token: token, build: build)
  }

  package var handle: SocketHandle { socket.handle }

  /// Frames that were refused or not understood.
  package var refused: UInt64 { receiver.refused + malformed }

  /// Reads what has arrived; each payload comes out once per life of its sender.
  package func service(now: MachineTime) -> [LinkDelivery] {
    var deliveries: [LinkDelivery] = []
    for _ in 0..<Self.framesPerTurn {
      guard let frames = socket.receive() else { break }
      guard frames.count == 2, let frame = try? LinkFrame(frames[1]) else {
        malformed += 1
        continue
      }
      deliveries += perform(receiver.receive(frame, from: frames[0]))
    }
    return deliveries
  }

  /// Answers; what does not get through is answered again when it is offered again.
  package func acknowledge(_ key: LinkDelivery.Key, _ verdict: Verdict) {
    let effects = receiver.acknowledge(key, verdict)
    // One that is lost here is asked for again.
    guard failpoint(.wireAcknowledgeBefore) == 0 else { return }
    _ = perform(effects)
    failpoint(.wireAcknowledgeAfter)
  }

  private func perform(_ effects: [LinkReceiver.Effect]) -> [LinkDelivery] {
    effects.compactMap { effect in
      switch effect {
      case .deliver(let delivery):
        failpoint(.wireDeliverBefore)
        return delivery
      case .send(let peer, let frame):
        _ = socket.send([peer, frame.encode()])
        return nil
      }
    }
  }
}
