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

  struct Check: Encodable {
    let control: String
    let ok: Bool
    let value: String
    let bound: String
  }

  let wall_ms: Int64
  let signal: String
  let instrument: String
  let accepted: Bool
  /// Present when accepted.
  let intent: String?
  /// Present when denied.
  let denials: [Reason]?
  /// Every control that was asked; empty when it did not come to that.
  let checks: [Check]

  init(_ decision: Decision) {
    wall_ms = decision.time.milliseconds
    signal = decision.signal.id.text
    instrument = decision.signal.instrument.symbol
    checks = decision.checks.map {
      Check(control: $0.control, ok: $0.passed, value: $0.value, bound: $0.bound)
    }
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

extension Decision {
  /// The decision with the words of what every control said.
  init(_ decision: Decision, _ judgement: EntryJudgement?) {
    self.init(
      signal: decision.signal, verdict: decision.verdict, quantity: decision.quantity,
      time: decision.time, checks: judgement?.checks ?? [])
  }
}
