import Failpoint

/// A question that arrived on a request port.
package struct Request: Hashable, Sendable {
  package let question: Question
  let peer: [UInt8]
  let id: UInt64
}

/// The answering end of a request port.
package final class RequestServer {
  private let socket: Socket
  /// Frames that were no question, or one that is not answered.
  package private(set) var malformed: UInt64 = 0

  package init(context: ZMQContext, endpoint: String) throws(WireError) {
    socket = try Socket(.router, context, bind: endpoint, limits: .questions)
  }

  package var handle: SocketHandle { socket.handle }

  /// What is no question is passed over, so much in one turn.
  private static let mostMalformedPerTurn = 256

  /// The next question; nil when there is none now, or too much that is none stood before it.
  package func receive() -> Request? {
    for _ in 0..<Self.mostMalformedPerTurn {
      guard let frames = socket.receive() else { return nil }
      guard frames.count == 2, let (id, asked) = try? Codec.decodeQuestion(frames[1]) else {
        malformed += 1
        continue
      }
      switch asked {
      case .success(let question):
        failpoint(.wireQuestionReceived)
        return Request(question: question, peer: frames[0], id: id)
      case .failure(let why):
        malformed += 1
        _ = socket.send([frames[0], Codec.encode(.refused("\(why)"), id: id)])
      }
    }
    return nil
  }

  /// Answers; an asker that is gone or does not read loses its answer and asks again.
  package func reply(to request: Request, _ reply: StreamReply) {
    var frame = Codec.encode(reply, id: request.id)
    if frame.count > SocketLimits.replies.longestFrame {
      frame = Codec.encode(
        .refused("the reply has \(frame.count) bytes: ask for less"), id: request.id)
    }
    guard failpoint(.wireReplyBefore) == 0 else { return }
    _ = socket.send([request.peer, frame])
    failpoint(.wireReplyAfter)
  }
}

/// The asking end of a request port.
package final class RequestClient {
  private let socket: Socket
  private var lastID: UInt64 = 0
  package private(set) var malformed: UInt64 = 0

  package init(context: ZMQContext, endpoint: String) throws(WireError) {
    socket = try Socket(.dealer, context, connect: [endpoint], limits: .replies)
  }

  package var handle: SocketHandle { socket.handle }

  /// Asks, and names the reply; with nobody at the other end there will be none, so ask again
  /// later.
  package func ask(_ question: Question) -> UInt64 {
    lastID += 1
    _ = socket.send([Codec.encode(question, id: lastID)])
    return lastID
  }

  /// The next reply; nil when there is none now.
  package func receive() -> (id: UInt64, reply: StreamReply)? {
    while let frames = socket.receive() {
      guard frames.count == 1, let answer = try? Codec.decodeReply(frames[0]) else {
        malformed += 1
        continue
      }
      return answer
    }
    return nil
  }
}
