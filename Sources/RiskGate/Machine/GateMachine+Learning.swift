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
    if catchUp.hear(event, next: fold.next, now.machine) { take(event, isNews: catchUp.isComplete) }
  }

  private mutating func take(_ event: LedgerEvent, isNews: Bool) {
    guard fold.apply(event) else { return }
    if isNews, let report = fold.news { effects.append(.report(report)) }
    guard case .intentAccepted(let hash, let intent) = event.body else { return }
    let signal = intent.signal
    guard let known = memory[signal.id], case .denied = known.verdict else { return }
    memory.keep(known.signal, .accepted(hash))
    effects.append(.alert("\(signal.id) was given up, but the router has accepted it: \(hash)"))
  }

  mutating func replay(_ reply: StreamReply, _ now: GateTime) {
    guard reply.refusal == nil else { return }
    guard !catchUp.isShorter(reply) else {
      effects.append(
        .alert("the ledger ends at \(reply.newestEvent), before \(fold.next - 1): read anew"))
      fold = LedgerFold()
      catchUp.lose(now.machine)
      return
    }
    // What is read to catch up is no news to a strategy; it asks what became of its decisions.
    let isNews = catchUp.isComplete
    for event in catchUp.answer(reply, next: fold.next, now.machine) {
      take(event, isNews: isNews)
    }
    if catchUp.isComplete { answerGreetings() }
  }

  mutating func askWhatIsDue(_ now: GateTime) {
    if let from = catchUp.question(next: fold.next, now.machine) {
      effects.append(.askLedger(from: from))
    }
    if let due = askMarketAt, due <= now.machine {
      askMarketAt = now.machine.advanced(byMilliseconds: Self.askAgainMilliseconds)
      effects.append(.askMarket)
    }
  }
}
