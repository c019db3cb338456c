import Domain
import Wire

/// The newest of what flows, as lines for people; only made while somebody looks.
struct TapLines {
  struct Line {
    let number: Int
    let stream: String
    let source: String
    let instrument: String
    let text: String
    let at: Int64
  }

  /// More than this in one round are counted instead of shown.
  static let mostPerRound = 120

  /// Whether anybody looks.
  var isWatched = false
  private var lines: [Line] = []
  private var skipped = 0
  private var next = 0

  mutating func hear(_ reception: Subscriber.Reception, _ market: MarketBoard, now: Int64) {
    guard isWatched else { return }
    switch reception {
    case .message(let message):
      if case .relayed(let inner) = message.body {
        add(inner, market, now)
      } else {
        add(message, market, now)
      }
    case .gap(let source, let missed):
      append("gap", source, "", "\(missed) messages were lost on the way here", now)
    case .restarted(let source, let epoch):
      append("gap", source, "", "a new life: epoch \(epoch)", now)
    case .malformed(let why): append("gap", "?", "", "a message was refused: \(why)", now)
    }
  }

  /// The lines since the last call and how many were not kept.
  mutating func take() -> (lines: [Line], skipped: Int) {
    defer {
      lines = []
      skipped = 0
    }
    return (lines, skipped)
  }

  private mutating func append(
    _ stream: String, _ source: String, _ instrument: String, _ text: String, _ at: Int64
  ) {
    next += 1
    guard lines.count < Self.mostPerRound else {
      skipped += 1
      return
    }
    lines.append(
      Line(
        number: next, stream: stream, source: source, instrument: instrument, text: text, at: at))
  }

  private mutating func add(_ message: StreamMessage, _ market: MarketBoard, _ now: Int64) {
    guard lines.count < Self.mostPerRound else {
      skipped += 1
      return
    }
    let (stream, id, text) = TapText.describe(message.body, market)
    append(stream, message.source, id?.symbol ?? "", text, now)
  }
}

extension TapLines {
  static func json(_ lines: [Line], _ skipped: Int) -> JSON {
    let rows = lines.map { line -> JSON in
      [
        .integer(Int64(line.number)), .string(line.stream), .string(line.source),
        .string(line.instrument), .string(line.text), .integer(line.at),
      ]
    }
    return ["lines": .array(rows), "skipped": .integer(Int64(skipped))]
  }
}

extension ConsoleState {
  func streamsSection(now: Int64) -> JSON {
    [
      "sources": streams.json(now: now),
      "malformed": .integer(Int64(clamping: streams.malformed)),
    ]
  }
}
