import Domain
import Ledger

// From an offered intent to a committed acceptance, or to every reason why not.
extension RouterMachine {
  mutating func admit(
    _ intent: OrderIntent, offer: UInt64, past: SetupPast, refusal: Denial?, now: RouterTime
  ) {
    let signal = intent.signal
    if let known = known(signal.id, past) {
      // Offered again because our acknowledgement was lost, or by a gate that has restarted and
      // sized it anew: say what was said, do nothing twice.
      let same = known.entry?.signal.isSameDecision(as: signal) == true
      let verdict: Verdict =
        same ? answer(to: known) : .denied([Denial(.contentMismatch, "\(signal.id)")])
      effects.append(.acknowledge(offer: offer, verdict))
      return
    }
    let generation = Rearm.generation(
      signal, past: past, retired: book.retired, now: now.wall,
      cooldown: settings.rearmCooldownMilliseconds)
    let key = IntentKey(account: account, signal: signal, rearmGeneration: generation)
    let hash = Self.hash(key.canonicalBytes)
    let denials =
      [refusal].compactMap { $0 } + readiness(signal, now) + soundness(intent, now)
      + layers(hash, signal, past) + limits(intent, now)
    guard denials.isEmpty else {
      for denial in denials { record(.intentDenied(hash, signal.id, denial), now) }
      effects.append(.acknowledge(offer: offer, .denied(denials)))
      return
    }
    accept(
      IntentRow(
        hash: hash, intent: .entry(intent), rearmGeneration: generation, acceptedAt: now.wall),
      intent, now)
    effects.append(.acknowledge(offer: offer, .accepted(hash)))
  }

  /// The intent, its lock, its order and its deadline in one breath; the order is withheld until
  /// the venue has been read (layer 4), which begins at once, beside the commit.
  private mutating func accept(_ row: IntentRow, _ intent: OrderIntent, _ now: RouterTime) {
    noteSteps(of: intent.signal.instrument, now)
    traffic.accept(row.hash, intent.quantity)
    record(.intentAccepted(row), now)
    let signal = intent.signal
    countExecution(of: signal.strategy, now)
    let deadline = now.venue.now.advanced(byMilliseconds: settings.requestDeadlineMilliseconds)
    let order = makeOrder(
      row.hash, role: .entry, instrument: signal.instrument, side: signal.direction.entrySide,
      quantity: intent.quantity, type: settings.entryOrder.type(at: signal.worstPrice),
      processBefore: min(deadline, signal.validUntil), now: now)
    record(.orderSending(order), now)
    touch(order.id)
    withheld[order.id] = readingsStarted
    withheldUntil = min(withheldUntil, order.placement.processBefore)
    wantReading(now)
  }

  private func known(_ signal: SignalID, _ past: SetupPast) -> IntentRow? {
    book.intent(of: signal) ?? book.retired.intent(of: signal) ?? past.sameSignal
  }

  private func answer(to row: IntentRow) -> Verdict {
    row.denial.map { .denied([$0]) } ?? .accepted(row.hash)
  }

  private func readiness(_ signal: Signal, _ now: RouterTime) -> [Denial] {
    var denials: [Denial] = []
    if phase != .ready { denials.append(Denial(.routerNotReady, "phase=\(phase.rawValue)")) }
    if tradingState != .active {
      denials.append(Denial(.routerHalted, "state=\(tradingState.rawValue)"))
    }
    if latch.covers(signal.strategy, signal.instrument) {
      denials.append(Denial(.killLatch, latch.text))
    }
    if let why = book.frozen[signal.instrument] {
      denials.append(Denial(.instrumentFrozen, why))
    }
    if recounted.contains(signal.instrument) {
      denials.append(Denial(.instrumentFrozen, "the venue has changed its steps"))
    }
    if let objection = now.venue.objection { denials.append(Denial(.clockUntrusted, objection)) }
    return denials
  }

  private func soundness(_ intent: OrderIntent, _ now: RouterTime) -> [Denial] {
    let signal = intent.signal
    var denials: [Denial] = []
    if !signal.isCoherent { denials.append(Denial(.malformed, "prices contradict each other")) }
    if signal.validUntil <= now.venue.now {
      denials.append(
        Denial(
          .expired,
          "valid_until=\(signal.validUntil.milliseconds) now=\(now.venue.now.milliseconds)"))
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
          .maxOrderSize,
          "quantity=\(intent.quantity.lots) limit=\(instrument.maxPosition.lots) lots"))
    }
    return denials
  }

  private func layers(_ hash: IntentHash, _ signal: Signal, _ past: SetupPast) -> [Denial] {
    [
      Layers.intentHash(hash, in: book, past: past),
      Layers.symbolLock(signal.instrument, in: book),
      Layers.pyramiding(signal.instrument, in: book, venue: venuePositions[signal.instrument]),
      Layers.localPending(signal.instrument, in: book),
      settings.needsMirror ? mirror.denial(signal.instrument) : nil,
    ].compactMap { $0 }
  }
}

extension RouterSettings.EntryOrder {
  func type(at price: Price) -> OrderType {
    switch self {
    case .immediateOrCancel: .immediateOrCancel(limit: price)
    case .limit: .limit(price)
    case .postOnly: .postOnly(price)
    }
  }
}
