import Domain
import Wire

/// What was heard of each publisher, and what was lost of it.
struct StreamBoard {
  struct Source {
    var messages: UInt64 = 0
    /// Lost between the relay and this process.
    var missed: UInt64 = 0
    var epoch: UInt64 = 0
    var restarts = 0
    var lastHeard: Int64 = 0
  }

  /// More publishers than a pipeline has are not remembered.
  private static let mostSources = 64

  private(set) var sources: [String: Source] = [:]
  private(set) var malformed: UInt64 = 0
  /// Lost above the relay, by its own notes.
  private(set) var lostUpstream: [String: UInt64] = [:]

  /// `now` is wall time in milliseconds.
  mutating func hear(_ reception: Subscriber.Reception, now: Int64) {
    switch reception {
    case .message(let message):
      count(message, now)
      if case .relayed(let inner) = message.body { count(inner, now) }
      if case .control(let note) = message.body, note.state == "gap" { lost(note.detail) }
    case .gap(let source, let missed): change(source) { $0.missed &+= missed }
    case .restarted(let source, let epoch): change(source) { $0.epoch = epoch }
    case .malformed: malformed += 1
    }
  }

  private mutating func count(_ message: StreamMessage, _ now: Int64) {
    change(message.source) { source in
      source.messages += 1
      source.lastHeard = now
      if source.epoch != message.epoch, source.epoch != 0 { source.restarts += 1 }
      source.epoch = message.epoch
    }
  }

  private mutating func change(_ name: String, _ body: (inout Source) -> Void) {
    guard sources[name] != nil || sources.count < Self.mostSources else { return }
    body(&sources[name, default: Source()])
  }

  /// `source=NAME missed=N`, as the relay writes it.
  private mutating func lost(_ detail: String) {
    var words: [String: String] = [:]
    for pair in detail.split(separator: " ") {
      let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
      if parts.count == 2 { words[parts[0]] = parts[1] }
    }
    guard let source = words["source"], let missed = words["missed"].flatMap({ UInt64($0) }),
      lostUpstream[source] != nil || lostUpstream.count < Self.mostSources
    else { return }
    lostUpstream[source, default: 0] &+= missed
  }

  func json(now: Int64) -> JSON {
    .array(
      sources.sorted { $0.key < $1.key }.map { name, source in
        [
          "source": .string(name), "messages": .integer(Int64(clamping: source.messages)),
          "missed": .integer(Int64(clamping: source.missed)),
          "lost_upstream": .integer(Int64(clamping: lostUpstream[name] ?? 0)),
          "restarts": .integer(Int64(source.restarts)),
          "epoch": .integer(Int64(clamping: source.epoch)),
          "age_ms": .integer(max(0, now - source.lastHeard)),
        ]
      })
  }
}
