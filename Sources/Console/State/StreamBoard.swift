import Domain
import Wire

/// What was heard of each publisher, and what was lost of it.
struct StreamBoard {
  struct Source {
    var messages: UInt64 = 0
    /// Lost between it and this process, wherever on the way.
    var missed: UInt64 = 0
    var epoch: UInt64 = 0
    var sequence: UInt64 = 0
    var restarts = 0
    var lastHeard: Int64 = 0
  }

  /// More publishers than a pipeline has are not remembered.
  private static let mostSources = 64

  private(set) var sources: [String: Source] = [:]
  private(set) var malformed: UInt64 = 0
  /// Of all publishers; what only the relay would have said is not among them.
  var missed: UInt64 {
    sources.filter { $0.key != Self.relay }.values.reduce(0) { $0 &+ $1.missed }
  }
  private static let relay = "tap-relay"

  /// `now` is wall time in milliseconds.
  mutating func hear(_ reception: Subscriber.Reception, now: Int64) {
    switch reception {
    case .message(let message):
      count(message, now)
      if case .relayed(let inner) = message.body { count(inner, now) }
    case .malformed: malformed += 1
    case .gap, .restarted: break
    }
  }

  private mutating func count(_ message: StreamMessage, _ now: Int64) {
    change(message.source) { source in
      source.messages += 1
      source.lastHeard = now
      if source.epoch != message.epoch {
        if source.epoch != 0 { source.restarts += 1 }
      } else if message.sequence > source.sequence {
        // Also over a life of the relay, which knows nothing of what it did not hear.
        source.missed &+= message.sequence - source.sequence - 1
      }
      source.epoch = message.epoch
      source.sequence = message.sequence
    }
  }

  private mutating func change(_ name: String, _ body: (inout Source) -> Void) {
    guard sources[name] != nil || sources.count < Self.mostSources else { return }
    body(&sources[name, default: Source()])
  }

  func json(now: Int64) -> JSON {
    .array(
      sources.sorted { $0.key < $1.key }.map { name, source in
        [
          "source": .string(name), "messages": .integer(Int64(clamping: source.messages)),
          "missed": .integer(Int64(clamping: source.missed)),
          "restarts": .integer(Int64(source.restarts)),
          "epoch": .integer(Int64(clamping: source.epoch)),
          "age_ms": .integer(max(0, now - source.lastHeard)),
        ]
      })
  }
}
