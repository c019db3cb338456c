package import Domain
import Failpoint

/// The receiving end of an acknowledged link: `LinkReceiver` on a ROUTER socket.
package final class LinkServer {
  /// Frames read in one turn, so that a flood delays nothing else of its owner.
  private static let framesPerTurn = 256

  private let socket: Socket
  private var receiver: LinkReceiver
  private var malformed: UInt64 = 0
  /// Who has said hello since the owner last looked; at most as many as there can be senders.
  private var greeted: [String: UInt64] = [:]

  package init(
    context: ZMQContext, endpoint: String, epoch: UInt64, token: [UInt8], build: String,
    programToken: (@Sendable (String) -> [UInt8])? = nil
  ) throws(WireError) {
    socket = try Socket(.router, context, bind: endpoint, limits: .link)
    receiver = LinkReceiver(
      epoch: epoch, token: token, build: build, programToken: programToken)
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

  /// Who has said hello since the last call, and up to which number each has heard reports.
  package func greetings() -> [(source: String, reportsAfter: UInt64)] {
    defer { greeted = [:] }
    return greeted.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Tells a sender what became of its decision; lost with its connection, and told anew after it.
  package func report(_ report: StrategyReport, to source: String) {
    _ = perform(receiver.report(report, to: source))
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
      case .greeted(let source, let after):
        greeted[source] = after
        return nil
      case .send(let peer, let frame):
        _ = socket.send([peer, frame.encode()])
        return nil
      }
    }
  }
}
