import Domain
import Wire

// What the gate hears of market and ledger.
extension GateMachine {
  mutating func learn(_ body: StreamBody, _ now: GateTime) {
    switch body {
    case .instrument(let instrument): learn(instrument)
    case .ticker(let ticker, let readAt):
      learn(TickerReading(ticker: ticker, readAt: readAt), now)
    case .control(let note): market.stale.hear(note, now: now.machine)
    case .candle(let candle): market.learn(candle)
    case .trade, .signal, .decision, .exitDecision, .explanation, .event, .relayed: break
    }
  }

  mutating func learn(_ reply: StreamReply, _ now: GateTime) {
    guard reply.refusal == nil, !reply.instruments.isEmpty else { return }
    askMarketAt = nil
    for instrument in reply.instruments { learn(instrument) }
    for candle in reply.candles { market.learn(candle) }
    for reading in reply.tickers { learn(reading, now) }
  }

  private mutating func learn(_ instrument: Instrument) {
    if market.place(instrument.id).flatMap({ market.lanes[$0].instrument }) == nil,
      let rate = Share.of(instrument.initialMargin, .up),
      Share.times(rate, limits[.maximumLeverage], .up) > RiskLimit.whole
    {
      effects.append(
        .alert(
          "\(instrument.id) cannot be entered: its initial margin \(instrument.initialMargin) "
            + "allows less than risk_gate.max_leverage "
            + RiskLimit.Unit.ratio.text(limits[.maximumLeverage])))
    }
    market.learn(instrument, isBlocked: configured.isBlocked(instrument.id))
  }

  private mutating func learn(_ reading: TickerReading, _ now: GateTime) {
    watchBasis(reading.ticker)
    for shock in market.learn(reading, limits.numbers, now.wall) {
      lock(
        RiskLock(
          kind: .shock, scope: shock.instrument.map { .instrument($0) } ?? .everything,
          since: now.wall, until: shock.until, why: shock.why, by: "risk-gate"), now)
    }
  }

  mutating func follow(_ event: LedgerEvent, _ now: GateTime) {
    if catchUp.hear(event, next: fold.next, now.machine) {
      take(event, isNews: catchUp.isComplete)
      switch event.body {
      case .account, .position, .risk: judgeState(now)
      default: break
      }
    }
  }

  private mutating func take(_ event: LedgerEvent, isNews: Bool) {
    guard fold.apply(event) else { return }
    if isNews, let report = fold.news { effects.append(.report(report)) }
    switch event.body {
    case .risk(let change): take(change)
    case .intentDenied(_, let id, _): reservations.isJournaled(id)
    case .intentAccepted(let hash, let intent):
      let signal = intent.signal
      reservations.isJournaled(signal.id)
      guard let known = memory[signal.id], case .denied = known.verdict else { return }
      memory.keep(known.signal, .accepted(hash))
      effects.append(.alert("\(signal.id) was given up, but the router has accepted it: \(hash)"))
    default: break
    }
  }

  private mutating func take(_ change: RiskChange) {
    outbox.isJournaled(change)
    switch change {
    case .limit: limits.numbers = configured.numbers.changed(by: fold.risk)
    case .tradingState(let state): states.adopt(state)
    case .figure, .locked, .unlocked: break
    }
  }

  mutating func replay(_ reply: StreamReply, _ now: GateTime) {
    guard reply.refusal == nil else { return }
    guard !catchUp.isShorter(reply) else {
      effects.append(
        .alert("the ledger ends at \(reply.newestEvent), before \(fold.next - 1): read anew"))
      fold = LedgerFold()
      limits = configured
      catchUp.lose(now.machine)
      return
    }
    // What is read to catch up is no news to a strategy; it asks what became of its decisions.
    let isNews = catchUp.isComplete
    for event in catchUp.answer(reply, next: fold.next, now.machine) {
      take(event, isNews: isNews)
    }
    guard catchUp.isComplete else { return }
    reservations.settle(answered: catchUp.answered, now: now.wall)
    judgeState(now)
    answerGreetings()
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
