package import Domain
import Foundation
import SwiftProtobuf

/// Domain values as frames and back; everything that comes in is checked, nothing crashes.
package enum Codec {
  static let version: UInt32 = 1
  /// An envelope holds at most one envelope of another publisher.
  private static let deepest = 1

  package static func encode(_ signal: Signal) -> [UInt8] { bytes(signal.proto) }
  package static func encode(_ intent: OrderIntent) -> [UInt8] { bytes(intent.proto) }
  package static func encode(_ exit: ExitProposal) -> [UInt8] { bytes(exit.proto) }
  package static func encode(_ risk: RiskProposal) -> [UInt8] { bytes(risk.proto) }
  package static func encode(_ verdict: Verdict) -> [UInt8] { bytes(verdict.proto) }

  package static func decodeSignal(_ frame: [UInt8]) throws(WireError) -> Signal {
    try Signal(try message(ProtoSignal.self, frame))
  }

  /// The exit in a payload; nil when the payload is a signal or an intent.
  package static func decodeExit(_ frame: [UInt8]) throws(WireError) -> ExitProposal? {
    let proto = try message(ProtoExitProposal.self, frame)
    guard !proto.id.isEmpty || !proto.strategy.isEmpty || !proto.signal.isEmpty else { return nil }
    guard proto.unknownFields.data.isEmpty else {
      throw .malformed("an exit and something else in one payload")
    }
    return try ExitProposal(proto)
  }

  /// What the gate wants journaled; nil when the payload is something else.
  package static func decodeRisk(_ frame: [UInt8]) throws(WireError) -> RiskProposal? {
    let proto = try message(ProtoRiskProposal.self, frame)
    guard !proto.riskID.isEmpty || proto.body != nil else { return nil }
    guard proto.unknownFields.data.isEmpty else {
      throw .malformed("a risk proposal and something else in one payload")
    }
    return try RiskProposal(proto)
  }

  package static func decodeIntent(_ frame: [UInt8]) throws(WireError) -> OrderIntent {
    try OrderIntent(try message(ProtoOrderIntent.self, frame))
  }

  package static func decodeVerdict(_ frame: [UInt8]) throws(WireError) -> Verdict {
    try Verdict(try message(ProtoVerdict.self, frame))
  }

  // MARK: - Streams

  package static func encode(_ message: StreamMessage) -> [UInt8] { bytes(envelope(message)) }

  package static func decodeMessage(_ frame: [UInt8]) throws(WireError) -> StreamMessage {
    try streamMessage(try message(ProtoEnvelope.self, frame), depth: 0)
  }

  private static func envelope(_ message: StreamMessage) -> ProtoEnvelope {
    var proto = ProtoEnvelope()
    proto.version = version
    proto.source = message.source
    proto.epoch = message.epoch
    proto.sequence = message.sequence
    switch message.body {
    case .candle(let candle): proto.candle = candle.proto
    case .ticker(let ticker, let readAt): proto.ticker = ticker.proto(readAt: readAt)
    case .instrument(let instrument): proto.instrument = instrument.proto
    case .trade(let trade): proto.trade = trade.proto
    case .signal(let signal): proto.signal = signal.proto
    case .decision(let decision): proto.decision = decision.proto
    case .exitDecision(let decision): proto.exitDecision = decision.proto
    case .explanation(let explanation): proto.explanation = explanation.proto
    case .event(let event): proto.event = event.proto
    case .control(let note):
      proto.control.state = Bounds.clip(note.state, most: Bounds.shortText)
      proto.control.generation = note.generation
      proto.control.detail = Bounds.clip(note.detail)
    case .relayed(let inner): proto.relayed = envelope(inner)
    }
    return proto
  }

  private static func streamMessage(
    _ proto: ProtoEnvelope, depth: Int
  ) throws(WireError) -> StreamMessage {
    try check(proto.version)
    guard proto.epoch > 0, proto.sequence > 0 else {
      throw .malformed("an envelope without epoch or sequence")
    }
    return StreamMessage(
      source: try Bounds.word(proto.source, "source"), epoch: proto.epoch,
      sequence: proto.sequence, body: try body(proto.body, depth: depth))
  }

  private static func body(
    _ proto: ProtoEnvelope.OneOf_Body?, depth: Int
  ) throws(WireError) -> StreamBody {
    switch proto {
    case .candle(let candle): return .candle(try Candle(candle))
    case .ticker(let ticker):
      return .ticker(
        try Ticker(ticker), readAt: try Bounds.wall(ticker.wallTimeMs, "wall_time_ms"))
    case .instrument(let instrument): return .instrument(try Instrument(instrument))
    case .trade(let trade): return .trade(try Trade(trade))
    case .signal(let signal): return .signal(try Signal(signal))
    case .decision(let decision): return .decision(try Decision(decision))
    case .exitDecision(let decision): return .exitDecision(try ExitDecision(decision))
    case .explanation(let explanation): return .explanation(try Explanation(explanation))
    case .event(let event): return .event(try LedgerEvent(event))
    case .control(let note):
      return .control(
        ControlNote(
          state: try Bounds.text(note.state, most: Bounds.shortText), generation: note.generation,
          detail: try Bounds.text(note.detail)))
    case .relayed(let inner):
      guard depth < deepest else { throw .malformed("an envelope in an envelope in an envelope") }
      return .relayed(try streamMessage(inner, depth: depth + 1))
    case nil: throw .malformed("an envelope without a body")
    }
  }

  // MARK: - Frames

  static func check(_ found: UInt32) throws(WireError) {
    guard found == version else { throw .malformed("version \(found) instead of \(version)") }
  }

  static func message<Message: SwiftProtobuf.Message>(
    _ type: Message.Type, _ frame: [UInt8]
  ) throws(WireError) -> Message {
    do {
      return try Message(serializedBytes: frame)
    } catch {
      throw .malformed("\(frame.count) bytes are no \(Message.protoMessageName): \(error)")
    }
  }

  static func bytes(_ message: some SwiftProtobuf.Message) -> [UInt8] {
    do {
      return try message.serializedBytes()
    } catch {
      fatalError("invariant broken: a message without required fields always encodes: \(error)")
    }
  }
}
