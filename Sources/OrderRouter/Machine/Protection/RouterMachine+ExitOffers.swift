import Domain
import Ledger

// A strategy's exit, from its offer to a committed exit intent or the reason why not.
//
// 1. The position has to be that of the signal which the exit names, and the signal the strategy's
//    own, by the ledger and not by the gate's word.
// 2. A position is left once: while the exit is under way every further offer hears its hash.
extension RouterMachine {
  mutating func admit(_ proposal: ExitProposal, offer: UInt64, now: RouterTime) {
    if let running = runningExit(for: proposal) {
      effects.append(.acknowledge(offer: offer, .accepted(running)))
      return
    }
    let row = book.positions[proposal.instrument]
    guard let row, let direction = row.position.direction else {
      return deny(
        proposal, offer, Denial(.nothingToClose, "instrument=\(proposal.instrument)"), now)
    }
    if let denial = objection(to: proposal, row, now) { return deny(proposal, offer, denial, now) }
    decideExit(row, direction, .strategy, now)
    guard let exit = book.exit(on: proposal.instrument) else {
      fatalError("invariant broken: an exit that was decided is in the book")
    }
    effects.append(.acknowledge(offer: offer, .accepted(exit.hash)))
  }

  private func owner(_ position: IntentHash) -> Signal? { book.intents[position]?.entry?.signal }

  /// The exit that this proposal, or one like it, has begun.
  private func runningExit(for proposal: ExitProposal) -> IntentHash? {
    guard let running = book.exit(on: proposal.instrument), case .exit(let exit) = running.intent,
      exit.reason == .strategy, let owner = owner(exit.position), owner.id == proposal.signal,
      owner.strategy == proposal.strategy
    else { return nil }
    return running.hash
  }

  private func objection(
    to proposal: ExitProposal, _ row: PositionRow, _ now: RouterTime
  ) -> Denial? {
    guard let owner = owner(row.intent), owner.id == proposal.signal,
      owner.strategy == proposal.strategy
    else {
      let whose = owner(row.intent).map { "\($0.id)" } ?? "adopted"
      return Denial(.foreignPosition, "position=\(whose) named=\(proposal.signal)")
    }
    if let running = book.exit(on: proposal.instrument) {
      return Denial(.exitUnderWay, "exit=\(running.name)")
    }
    guard proposal.validUntil > now.venue.now else {
      let valid = proposal.validUntil.milliseconds
      return Denial(.expired, "valid_until=\(valid) now=\(now.venue.now.milliseconds)")
    }
    return nil
  }

  private mutating func deny(
    _ proposal: ExitProposal, _ offer: UInt64, _ denial: Denial, _ now: RouterTime
  ) {
    record(.state("exit \(proposal.id) denied: \(denial)"), now)
    effects.append(.acknowledge(offer: offer, .denied([denial])))
  }
}
