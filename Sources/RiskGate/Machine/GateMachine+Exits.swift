import Domain
import Wire

// Exits of strategies, and what strategies hear of their own decisions.
//
// An exit passes no limit of entries: it only makes risk smaller. It passes when the ledger has
// been read to its end and shows that the position is that of its strategy's own signal.
extension GateMachine {
  mutating func consider(_ exit: ExitProposal, _ offer: UInt64, _ now: GateTime) {
    if let known = exits.known(exit.id) {
      guard known.exit.isSameDecision(as: exit) else { return mismatch(exit, offer, now) }
      effects.append(.answer(offer, known.verdict))
    } else if let flight = exits.flights[exit.id] {
      guard flight.exit.isSameDecision(as: exit) else { return mismatch(exit, offer, now) }
      exits.flights[exit.id]?.offers.append(offer)
    } else if let index = exits.waiting.firstIndex(where: { $0.exit.id == exit.id }) {
      guard exits.waiting[index].exit.isSameDecision(as: exit) else {
        return mismatch(exit, offer, now)
      }
      exits.waiting[index].offers.append(offer)
    } else {
      let until =
        exits.waiting.count < ExitDesk.mostWaiting
        ? now.machine.advanced(byMilliseconds: Self.graceMilliseconds) : now.machine
      exits.waiting.append(ExitDesk.Pending(exit: exit, offers: [offer], until: until))
    }
  }

  private mutating func mismatch(_ exit: ExitProposal, _ offer: UInt64, _ now: GateTime) {
    tell([offer], exit, .denied([Denial(.contentMismatch, "\(exit.id)")]), now)
  }

  mutating func judgeExits(_ now: GateTime) {
    let due = exits.waiting
    exits.waiting = []
    for entry in due {
      if catchUp.isComplete {
        judge(entry, now)
      } else if entry.until <= now.machine {
        decide(entry, .denied([Denial(.gateNotReady, "missing=ledger")]), now)
      } else {
        exits.waiting.append(entry)
      }
    }
  }

  private mutating func judge(_ entry: ExitDesk.Pending, _ now: GateTime) {
    let exit = entry.exit
    if let running = fold.ownership.exit(of: exit.signal, on: exit.instrument) {
      return decide(entry, .accepted(running), now)
    }
    let denials = [ownership(exit), expiry(exit, now)].compactMap { $0 }
    guard denials.isEmpty else { return decide(entry, .denied(denials), now) }
    exits.flights[exit.id] = entry
    effects.append(.forwardExit(exit))
  }

  private func ownership(_ exit: ExitProposal) -> Denial? {
    let ownership = fold.ownership
    if ownership.isFlat(exit.instrument) {
      return Denial(.nothingToClose, "instrument=\(exit.instrument)")
    }
    guard let owner = ownership.owner(on: exit.instrument), owner.strategy == exit.strategy,
      owner.signal == exit.signal
    else {
      let whose = ownership.owner(on: exit.instrument).map { "\($0.signal)" } ?? "adopted"
      return Denial(.foreignPosition, "position=\(whose) named=\(exit.signal)")
    }
    return nil
  }

  private func expiry(_ exit: ExitProposal, _ now: GateTime) -> Denial? {
    guard exit.validUntil <= now.wall else { return nil }
    let valid = exit.validUntil.milliseconds
    return Denial(.expired, "valid_until=\(valid) now=\(now.wall.milliseconds)")
  }

  /// The router's answer; without one the ledger may know more than the link.
  mutating func landExit(_ id: SignalID, _ verdict: Verdict?, _ now: GateTime) {
    guard let flight = exits.flights.removeValue(forKey: id) else { return }
    let exit = flight.exit
    let running = fold.ownership.exit(of: exit.signal, on: exit.instrument)
    let found =
      verdict ?? running.map { .accepted($0) }
      ?? .denied([Denial(.expired, "the router gave no answer")])
    decide(flight, found, now)
  }

  private mutating func decide(_ entry: ExitDesk.Pending, _ verdict: Verdict, _ now: GateTime) {
    exits.keep(entry.exit, verdict)
    tell(entry.offers, entry.exit, verdict, now)
  }

  private mutating func tell(
    _ offers: [UInt64], _ exit: ExitProposal, _ verdict: Verdict, _ now: GateTime
  ) {
    if case .denied(let reasons) = verdict {
      for reason in reasons { denials[reason.reason, default: 0] += 1 }
    }
    effects.append(
      .decideExit(offers, ExitDecision(exit: exit, verdict: verdict, time: now.wall)))
  }

  // MARK: - What strategies hear

  static let mostGreetings = 32

  /// Answered at once, or when the ledger has been read to its end.
  mutating func greet(_ greeting: Greeting) {
    greetings.removeAll { $0.strategy == greeting.strategy }
    if greetings.count < Self.mostGreetings { greetings.append(greeting) }
    if catchUp.isComplete { answerGreetings() }
  }

  mutating func answerGreetings() {
    for greeting in greetings {
      let reports = fold.ownership.reports(
        to: greeting.strategy, after: greeting.after, at: fold.next - 1)
      effects += reports.map { .report($0) }
    }
    greetings = []
  }
}
