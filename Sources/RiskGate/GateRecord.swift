import Domain

/// One line of `gate.jsonl`: a decision, written before its verdict is passed back.
struct GateRecord: Encodable {
  struct Reason: Encodable {
    let reason: String
    let detail: String

    init(_ denial: Denial) {
      reason = denial.reason.rawValue
      detail = denial.detail
    }
  }

  let wall_ms: Int64
  let signal: String
  let instrument: String
  let accepted: Bool
  /// Present when accepted.
  let intent: String?
  /// Present when denied.
  let denials: [Reason]?

  init(_ decision: Decision) {
    wall_ms = decision.time.milliseconds
    signal = decision.signal.id.text
    instrument = decision.signal.instrument.symbol
    switch decision.verdict {
    case .accepted(let hash):
      accepted = true
      intent = hash.description
      denials = nil
    case .denied(let reasons):
      accepted = false
      intent = nil
      denials = reasons.map(Reason.init)
    }
  }
}
