import Domain
import OrderRouter
import SimulatedVenue
import Wire

// The proposer and its link.
extension Simulator {
  static let strategy = StrategyID(unchecked: "breakout")

  func propose(_ proposal: Scenario.Proposal, isFresh: Bool) {
    let contract = scenario.contracts[proposal.instrument]
    let signal = makeSignal(proposal, contract.id)
    guard
      let unit = contract.instrument.notional(
        prices[proposal.instrument], Quantity(lots: 1), rounding: .up)
    else { return }
    let lots = max(1, proposal.lots * 6_000_000_000 / max(1, unit.micros))
    tally.offered += 1
    if isFresh { tally.fresh_signals += 1 }
    gate.decide(signal, lots: lots, at: now, isFresh: isFresh)
    if let decision = gate.decisions.last {
      let key = Judge.EntryKey(
        instrument: contract.id, side: signal.direction.entrySide, limit: signal.worstPrice)
      decisions[key] = decision
    }
    say(
      "gate: decides \(signal.id) \(signal.direction.rawValue) \(contract.id) \(lots) lots at "
        + "\(signal.worstPrice.ticks) stop \(signal.stop.ticks) setup \(signal.setup)")
    scheduleGate()
  }

  private func makeSignal(_ proposal: Scenario.Proposal, _ id: InstrumentID) -> Signal {
    let last = prices[proposal.instrument].ticks
    let sign: Int64 = proposal.direction == .long ? 1 : -1
    // A resting entry waits on the near side of the price.
    let waits =
      scenario.settings.entryOrder == .postOnly
      || scenario.settings.entryOrder == .limit && proposal.slack % 2 == 1
    let away = max(1, last * proposal.slack / (waits ? 8_000_000 : 1_000_000))
    var worst = last + (waits ? -sign : sign) * away
    func key() -> Judge.EntryKey {
      Judge.EntryKey(
        instrument: id, side: proposal.direction.entrySide, limit: Price(ticks: worst))
    }
    // No two decisions have one limit: it is how the judge knows them at the venue.
    while decisions[key()] != nil { worst += sign }
    let low = sign > 0 ? min(worst, last) : max(worst, last)
    let high = sign > 0 ? max(worst, last) : min(worst, last)
    let risk = max(2, last * proposal.risk / 1_000_000)
    let reward = max(1, last * proposal.reward / 1_000_000)
    let number = gate.decisions.count + 1
    let name = "\(id)/\(proposal.direction.rawValue)"
    let fresh = SetupID(unchecked: "setup-\(number)")
    let setup = proposal.repeatsSetup ? lastSetup[name] ?? fresh : fresh
    lastSetup[name] = setup
    return Signal(
      id: SignalID(unchecked: "signal-\(number)"), strategy: Self.strategy, instrument: id,
      direction: proposal.direction, setup: setup, worstPrice: Price(ticks: worst),
      stop: Price(ticks: low - sign * risk),
      takeProfits: (0..<proposal.rungs).map { rung in
        Price(ticks: high + sign * reward * Int64(rung + 1))
      }, decidedAt: MarketTime(milliseconds: Self.epoch + now / 1000 * 1000),
      validUntil: wall.advanced(byMilliseconds: proposal.lifetime))
  }

  // MARK: - The link

  func tickGate() {
    gateTickAt = nil
    for frame in gate.tick(now: machineTime, wall: wall) {
      carry(frame, toRouter: true, departure: now)
    }
    scheduleGate()
  }

  func scheduleGate() {
    guard let deadline = gate.deadline else { return }
    let at = max(now + 1, (deadline.nanoseconds + 999_999) / 1_000_000)
    if let known = gateTickAt, known <= at, known > now { return }
    gateTickAt = at
    queue.schedule(.gateTick, at: at)
  }

  /// Carries a frame, if it arrives; a faulty link loses, repeats and delays.
  func carry(_ frame: LinkFrame, toRouter: Bool, departure: Int64) {
    var arrivals = [departure + Int64(chance.whole(1...3))]
    let kinds = [FaultKind.frameLost, .frameRepeated, .frameLate]
      .filter(scenario.faults.contains)
    if !isHealed, !kinds.isEmpty, chance.whole(0...999) < Int(scenario.frameFaults) {
      let kind = kinds[chance.whole(0...kinds.count - 1)]
      count(kind)
      switch kind {
      case .frameLost: arrivals = []
      case .frameRepeated: arrivals.append(departure + Int64(chance.whole(1...1500)))
      default: arrivals = [departure + Int64(chance.whole(5...1500))]
      }
    }
    for arrival in arrivals {
      if !toRouter {
        queue.schedule(.toGate(life: gate.life, frame), at: arrival)
      } else if let life {
        queue.schedule(
          .hears(life: life.number, .frame(frame, from: gate.peer)), at: arrival)
      }
    }
  }
}
