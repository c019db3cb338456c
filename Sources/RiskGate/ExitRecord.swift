import Domain

/// One line of `gate.jsonl` about an exit, written before its verdict is passed back.
struct ExitRecord: Encodable {
  let wall_ms: Int64
  let exit: String
  /// The signal whose position it closes.
  let position: String
  let instrument: String
  let accepted: Bool
  /// Present when accepted.
  let intent: String?
  /// Present when denied.
  let denials: [GateRecord.Reason]?

  init(_ decision: ExitDecision) {
    wall_ms = decision.time.milliseconds
    exit = decision.exit.id.text
    position = decision.exit.signal.text
    instrument = decision.exit.instrument.symbol
    switch decision.verdict {
    case .accepted(let hash):
      accepted = true
      intent = hash.description
      denials = nil
    case .denied(let reasons):
      accepted = false
      intent = nil
      denials = reasons.map(GateRecord.Reason.init)
    }
  }
}

/// One line of `program-signals.jsonl`: what a program proposed, before anything follows from it.
struct ProposalRecord: Encodable {
  let wall_ms: Int64
  let signal: String
  let strategy: String
  let instrument: String

  init(_ signal: Signal, wall: WallTime) {
    wall_ms = wall.milliseconds
    self.signal = signal.id.text
    strategy = signal.strategy.text
    instrument = signal.instrument.symbol
  }
}
