import NIOCore
import NIOWebSocket
import Synchronization

/// The way out to one client.
///
/// Invariants: 1. Texts arrive in the order they were sent in. 2. What the client has not taken yet
/// has a bound; a client that is slower than that is cut off.
final class WebSocketConnection: Sendable {
  private let channel: any Channel
  private let backlog: WebSocketBacklog
  private let unsent = Atomic<Int>(0)

  init(_ channel: any Channel, _ backlog: WebSocketBacklog) {
    self.channel = channel
    self.backlog = backlog
  }

  /// Sends each text as one message; false when the client is too slow and has been cut off.
  func send(_ texts: [String]) -> Bool {
    send(
      texts.map {
        WebSocketFrame(
          fin: true, opcode: .text, data: channel.allocator.buffer(string: $0))
      })
  }

  func send(_ frames: [WebSocketFrame]) -> Bool {
    // A frame has a head of its own, so that empty ones count too.
    let count = frames.reduce(0) { $0 + $1.length + 16 }
    guard backlog.owe(count, unsent) else {
      backlog.settle(count, unsent)
      cut()
      return false
    }
    channel.eventLoop.execute { [self] in
      for frame in frames.dropLast() { channel.write(frame, promise: nil) }
      guard let last = frames.last else { return }
      channel.writeAndFlush(last).whenComplete { [self] _ in
        backlog.settle(count, unsent)
      }
    }
    return true
  }

  /// Ends the connection without a word; whatever waits for the client is dropped.
  func cut() {
    // Not now: whoever cuts holds locks that the end of a connection asks for.
    channel.eventLoop.execute { [channel] in channel.close(promise: nil) }
  }
}
