package import Domain

/// One message of a numbered stream.
package struct StreamMessage: Hashable, Sendable {
  /// Process name of the publisher.
  package let source: String
  /// Life of the publisher.
  package let epoch: UInt64
  /// 1, 2, 3… within the epoch.
  package let sequence: UInt64
  package let body: StreamBody

  package init(source: String, epoch: UInt64, sequence: UInt64, body: StreamBody) {
    self.source = source
    self.epoch = epoch
    self.sequence = sequence
    self.body = body
  }
}

/// What a stream carries.
package indirect enum StreamBody: Hashable, Sendable {
  case candle(Candle)
  case ticker(Ticker, readAt: WallTime)
  case instrument(Instrument)
  case trade(Trade)
  case signal(Signal)
  case decision(Decision)
  case exitDecision(ExitDecision)
  /// Why a strategy does nothing, most often.
  case explanation(Explanation)
  case event(LedgerEvent)
  case control(ControlNote)
  /// A message of another publisher, passed on by the tap relay.
  case relayed(StreamMessage)
}

/// A stage's word about itself.
package struct ControlNote: Hashable, Sendable {
  package let state: String
  package let generation: UInt64
  package let detail: String

  package init(state: String, generation: UInt64, detail: String) {
    self.state = state
    self.generation = generation
    self.detail = detail
  }
}
