import Domain

/// One line of `signals.jsonl`: what was proposed, written before it is offered.
struct SignalRecord: Encodable {
  let wall_ms: Int64
  let market_ms: Int64
  let signal: String
  let strategy: String
  let instrument: String
  let direction: String
  let setup: String

  init(_ signal: Signal, wall: WallTime) {
    wall_ms = wall.milliseconds
    market_ms = signal.decidedAt.milliseconds
    self.signal = signal.id.text
    strategy = signal.strategy.text
    instrument = signal.instrument.symbol
    direction = signal.direction.rawValue
    setup = signal.setup.text
  }
}
