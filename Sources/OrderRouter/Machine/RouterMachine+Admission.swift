import Domain
import Ledger

// From an offered intent to a committed acceptance, or to every reason why not.
extension RouterMachine {
  mutating func admit(_ intent: OrderIntent, offer: UInt64, now: RouterTime) {
    let signal = intent.signal
    if let known = book.intent(of: signal.id) {
      // Offered again because our acknowledgement was lost, or by a gate that has restarted and
      // sized it anew: say what was said, do nothing twice.
      let verdict: Verdict =
        known.intent.signal.isSameDecision(as: signal)
        ? answer(to: known) : .denied([Denial(.contentMismatch, "\(signal.id)")])
      effects.append(.acknowledge(offer: offer, verdict))
      return
    }
    let generation = book.rearmGeneration(
      signal, now: now.wall, cooldown: settings.rearmCooldownMilliseconds)
    let key = IntentKey(account: account, signal: signal, rearmGeneration: generation)
    guard let hash = IntentHash(bytes: Digest.sha256(key.canonicalBytes)) else {
      fatalError("invariant broken: SHA-256 has 32 bytes")
    }
    let denials = readiness(now) + soundness(intent, now) + layers(hash, signal.instrument)
    guard denials.isEmpty else {
      for denial in denials { record(.intentDenied(hash, signal.id, denial), now) }
      effects.append(.acknowledge(offer: offer, .denied(denials)))
      return
    }
    let row = IntentRow(
      hash: hash, intent: intent, rearmGeneration: generation, acceptedAt: now.wall)
    record(.intentAccepted(row), now)
    effects.append(.acknowledge(offer: offer, .accepted(hash)))
    checking[hash] = readingsStarted
    if reading == nil { nextReading = now.machine }
  }

  private func answer(to row: IntentRow) -> Verdict {
    row.denial.map { .denied([$0]) } ?? .accepted(row.hash)
  }

  private func readiness(_ now: RouterTime) -> [Denial] {
    if phase != .ready { return [Denial(.routerNotReady, "phase=\(phase.rawValue)")] }
    if tradingState != .active { return [Denial(.routerHalted, "state=\(tradingState.rawValue)")] }
    return []
  }

  /// The limits that matter for exposure are checked here once more, whatever the gate said.
  private func soundness(_ intent: OrderIntent, _ now: RouterTime) -> [Denial] {
    let signal = intent.signal
    var denials: [Denial] = []
    if !signal.isCoherent { denials.append(Denial(.malformed, "prices contradict each other")) }
    if signal.validUntil <= venueNow(now) {
      denials.append(
        Denial(
          .expired,
          "valid_until=\(signal.validUntil.milliseconds) now=\(venueNow(now).milliseconds)"))
    }
    guard let instrument = instruments[signal.instrument] else {
      return denials + [Denial(.unknownInstrument, "\(signal.instrument)")]
    }
    if !instrument.tradeable {
      denials.append(Denial(.instrumentNotTradeable, "\(signal.instrument)"))
    }
    if intent.quantity == .zero || intent.quantity > instrument.maxPosition {
      denials.append(
        Denial(
          .malformed,
          "quantity=\(intent.quantity.lots) limit=\(instrument.maxPosition.lots) lots"))
    }
    return denials
  }

  private func layers(_ hash: IntentHash, _ instrument: InstrumentID) -> [Denial] {
    [
      Layers.intentHash(hash, in: book),
      Layers.symbolLock(instrument, in: book),
      Layers.pyramiding(instrument, in: book, venue: venuePositions[instrument]),
      Layers.localPending(instrument, in: book),
    ].compactMap { $0 }
  }

  /// Layer 4, and the last look before the entry is committed as SENDING and leaves.
  mutating func check(_ row: IntentRow, against reading: VenueReading, now: RouterTime) {
    let signal = row.intent.signal
    let denial =
      Layers.venueCheck(
        signal.instrument, openOrders: reading.openOrders ?? [],
        positions: reading.positions ?? [])
      ?? Layers.pyramiding(signal.instrument, in: book, venue: nil)
      ?? (tradingState == .active ? nil : Denial(.routerHalted, tradingState.rawValue))
    if let denial {
      deny(row, denial, now)
      return
    }
    invariant(book.locks[signal.instrument] == row.hash, "an entry leaves under its symbol lock")
    checking[row.hash] = nil
    let deadline = venueNow(now).advanced(byMilliseconds: settings.requestDeadlineMilliseconds)
    send(
      row.hash, role: .entry, instrument: signal.instrument, side: signal.direction.entrySide,
      quantity: row.intent.quantity, type: .immediateOrCancel(limit: signal.worstPrice),
      processBefore: min(deadline, signal.validUntil), now: now)
  }
}
