import Domain
import Wire

// What the gate hears of market and ledger.
extension GateMachine {
  mutating func learn(_ body: StreamBody, _ now: GateTime) {
    switch body {
    case .instrument(let instrument): learn(instrument)
    case .ticker(let ticker, let readAt): learn(TickerReading(ticker: ticker, readAt: readAt))
    case .control(let note): stale.hear(note, now: now.machine)
    case .candle, .trade, .signal, .decision, .exitDecision, .explanation, .event, .relayed: break
    }
  }

  mutating func learn(_ reply: StreamReply) {
    guard reply.refusal == nil, !reply.instruments.isEmpty else { return }
    askMarketAt = nil
    for instrument in reply.instruments { learn(instrument) }
    for reading in reply.tickers { learn(reading) }
  }

  private mutating func learn(_ instrument: Instrument) {
    guard instruments[instrument.id] != nil || instruments.count < Self.mostInstruments else {
      return
    }
    instruments[instrument.id] = instrument
  }

  /// The newer of two readings; a snapshot may be older than the stream.
  private mutating func learn(_ reading: TickerReading) {
    let id = reading.ticker.instrument
    guard readings[id] != nil || readings.count < Self.mostInstruments else { return }
    if let known = readings[id], known.readAt > reading.readAt { return }
    readings[id] = reading
  }

  mutating func follow(_ event: LedgerEvent, _ now: GateTime) {
    guard event.number >= fold.next else { return }
    guard event.number == fold.next else {
      isCaughtUp = false
      askLedgerAt = min(askLedgerAt, now.machine)
      return
    }
    take(event)
  }

  private mutating func take(_ event: LedgerEvent) {
    guard fold.apply(event) else { return }
    if isCaughtUp, let report = fold.news { effects.append(.report(report)) }
    guard case .intentAccepted(let hash, let intent) = event.body else { return }
    let signal = intent.signal
    guard let known = memory[signal.id], case .denied = known.verdict else { return }
    memory.keep(known.signal, .accepted(hash))
    effects.append(.alert("\(signal.id) was given up, but the router has accepted it: \(hash)"))
  }

  mutating func replay(_ reply: StreamReply, _ now: GateTime) {
    guard reply.refusal == nil else { return }
    guard reply.newestEvent >= askedFrom - 1 else {
      effects.append(
        .alert("the ledger ends at \(reply.newestEvent), before \(askedFrom - 1): read anew"))
      fold = LedgerFold()
      isCaughtUp = false
      askLedgerAt = now.machine
      return
    }
    for event in reply.events where event.number == fold.next { take(event) }
    isCaughtUp = fold.next > reply.newestEvent
    if isCaughtUp { answerGreetings() }
    // A reply that brought nothing though there is more is not asked for at once again.
    let pause =
      isCaughtUp ? Self.safetyMilliseconds : reply.events.isEmpty ? Self.askAgainMilliseconds : 0
    askLedgerAt = now.machine.advanced(byMilliseconds: pause)
  }

  mutating func askWhatIsDue(_ now: GateTime) {
    if askLedgerAt <= now.machine {
      askLedgerAt = now.machine.advanced(byMilliseconds: Self.askAgainMilliseconds)
      askedFrom = fold.next
      effects.append(.askLedger(from: fold.next))
    }
    if let due = askMarketAt, due <= now.machine {
      askMarketAt = now.machine.advanced(byMilliseconds: Self.askAgainMilliseconds)
      effects.append(.askMarket)
    }
  }
}
