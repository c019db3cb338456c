import Domain

// Signals: waiting, judged, at the router, decided.
extension GateMachine {
  mutating func consider(_ signal: Signal, _ offer: UInt64, _ now: GateTime) {
    if let known = memory[signal.id] {
      guard known.signal.isSameDecision(as: signal) else { return mismatch(signal, offer, now) }
      effects.append(.answer(offer, known.verdict))
    } else if let flight = flights[signal.id] {
      guard flight.intent.signal.isSameDecision(as: signal) else {
        return mismatch(signal, offer, now)
      }
      flights[signal.id]?.offers.append(offer)
    } else if let index = waiting.firstIndex(where: { $0.signal.id == signal.id }) {
      guard waiting[index].signal.isSameDecision(as: signal) else {
        return mismatch(signal, offer, now)
      }
      waiting[index].offers.append(offer)
    } else {
      signals += 1
      let until =
        waiting.count < Self.mostWaiting
        ? now.machine.advanced(byMilliseconds: Self.graceMilliseconds) : now.machine
      waiting.append(Waiting(signal: signal, offers: [offer], until: until))
    }
  }

  /// Nothing that is under this name already is touched.
  private mutating func mismatch(_ signal: Signal, _ offer: UInt64, _ now: GateTime) {
    let verdict = Verdict.denied([Denial(.contentMismatch, "\(signal.id)")])
    tell([offer], signal, verdict, nil, now)
  }

  mutating func judgeWaiting(_ now: GateTime) {
    guard !waiting.isEmpty else { return }
    let missing = knowsAll ? [] : missing
    let due = waiting
    waiting = []
    for entry in due {
      if missing.isEmpty {
        judge(entry, now)
      } else if entry.until <= now.machine || entry.signal.validUntil <= now.wall {
        var reasons = [Denial(.gateNotReady, "missing=\(missing.joined(separator: ","))")]
        if entry.signal.validUntil <= now.wall {
          let valid = entry.signal.validUntil.milliseconds
          reasons.append(
            Denial(.expired, "valid_until=\(valid) now=\(now.wall.milliseconds)"))
        }
        decide(entry.offers, entry.signal, .denied(reasons), nil, now)
      } else {
        waiting.append(entry)
      }
    }
  }

  private mutating func judge(_ entry: Waiting, _ now: GateTime) {
    let signal = entry.signal
    if let verdict = fold.verdict(on: signal) {
      decide(entry.offers, signal, verdict, nil, now)
      return
    }
    let judgement = EntryJudgement(signal, world(of: signal, now), limits, now: now.wall)
    guard judgement.isApproved, let account = fold.account, let sizing = judgement.sizing,
      let notional = judgement.world.instrument?.notional(
        sizing.price, sizing.quantity, rounding: .up)
    else {
      decide(entry.offers, signal, .denied(judgement.denials), judgement, now)
      return
    }
    let intent = OrderIntent(signal: signal, quantity: sizing.quantity, equity: account.equity)
    flights[signal.id] = Flight(intent: intent, judgement: judgement, offers: entry.offers)
    reservations.reserve(intent, notional: notional.micros, at: now.wall)
    effects.append(.forward(intent))
  }

  /// The router has answered; accepted, its place stays reserved until the ledger shows it.
  mutating func land(_ id: SignalID, _ verdict: Verdict, _ now: GateTime) {
    guard let flight = flights.removeValue(forKey: id) else { return }
    if case .denied = verdict { reservations.release(id) }
    decide(flight.offers, flight.intent.signal, verdict, flight.judgement, now)
  }

  /// The ledger may know more than the link; until it was asked, the place stays reserved.
  mutating func giveUp(_ id: SignalID, _ now: GateTime) {
    guard let flight = flights.removeValue(forKey: id) else { return }
    let signal = flight.intent.signal
    let detail =
      "the router gave no answer; valid_until=\(signal.validUntil.milliseconds) "
      + "now=\(now.wall.milliseconds)"
    let known = fold.verdict(on: signal)
    if known == nil {
      reservations.doubt(id, asked: catchUp.asked)
      catchUp.check(now.machine)
    }
    decide(
      flight.offers, signal, known ?? .denied([Denial(.expired, detail)]), flight.judgement, now)
  }

  private mutating func decide(
    _ offers: [UInt64], _ signal: Signal, _ verdict: Verdict, _ judgement: EntryJudgement?,
    _ now: GateTime
  ) {
    memory.keep(signal, verdict)
    tell(offers, signal, verdict, judgement, now)
  }

  private mutating func tell(
    _ offers: [UInt64], _ signal: Signal, _ verdict: Verdict, _ judgement: EntryJudgement?,
    _ now: GateTime
  ) {
    switch verdict {
    case .accepted: accepted += 1
    case .denied(let reasons):
      denied += 1
      for reason in reasons { denials[reason.reason, default: 0] += 1 }
    }
    let decision = Decision(
      signal: signal, verdict: verdict, quantity: judgement?.quantity ?? .zero, time: now.wall)
    effects.append(.decide(offers, decision, judgement))
  }
}
