package import Domain
import Failpoint

/// The sending end of an acknowledged link: `LinkSender` on a DEALER socket.
package final class LinkClient {
  private static let framesPerTurn = 256

  private let socket: Socket
  private var sender: LinkSender
  /// Frames that were not understood.
  package private(set) var malformed: UInt64 = 0

  package init(
    context: ZMQContext, endpoint: String, source: String, epoch: UInt64, token: [UInt8],
    build: String
  ) throws(WireError) {
    socket = try Socket(.dealer, context, connect: [endpoint], limits: .link)
    sender = LinkSender(
      hello: LinkHello(epoch: epoch, token: token, build: build, source: source))
  }

  package var handle: SocketHandle { socket.handle }

  /// When `service` is due though nothing has arrived; nil when that is never.
  package var deadline: MachineTime? { sender.deadline }

  /// How many payloads have no verdict yet.
  package var unacknowledged: Int { sender.unacknowledged }

  /// Takes a payload into the window and names it, for `service` to send; nil without room.
  package func offer(_ payload: [UInt8], validUntil: WallTime) -> UInt64? {
    sender.offer(payload, validUntil: validUntil)
  }

  /// Reads what has arrived and sends what is due.
  package func service(now: MachineTime, wall: WallTime) -> [LinkOutcome] {
    var outcomes: [LinkOutcome] = []
    for _ in 0..<Self.framesPerTurn {
      guard let frames = socket.receive() else { break }
      guard frames.count == 1, let frame = try? LinkFrame(frames[0]) else {
        malformed += 1
        continue
      }
      failpoint(.wireVerdictReceived)
      outcomes += sender.receive(frame, now: now)
    }
    let due = sender.tick(now: now, wall: wall)
    // What cannot be sent now is due again: the machine repeats, nothing has to be kept here.
    for frame in due.frames where failpoint(.wireOfferBefore) == 0 {
      _ = socket.send([frame.encode()])
      failpoint(.wireOfferAfter)
    }
    return outcomes + due.outcomes
  }
}
