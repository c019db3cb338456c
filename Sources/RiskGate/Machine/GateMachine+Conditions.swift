import Domain

// What is measured without a signal: the trading state, its latches, and what the router journals.
extension GateMachine {
  mutating func judgeState(_ now: GateTime) {
    guard catchUp.isComplete, let view = stateView else { return }
    judgeDay(view, now)
    guard let transition = states.judge(view, limits.numbers, now: now.wall) else { return }
    effects.append(.alert("trading state \(transition.why)"))
    outbox.put(.tradingState(transition), now.machine)
    guard states.state == .halted else { return }
    let why = String(transition.why.prefix(200))
    if view.drawdown ?? 0 >= limits[.drawdownHalt] {
      // What a drawdown has halted only a person lets go on.
      lock(.drawdown, until: nil, why, now)
    }
    if view.marginInUse ?? 0 >= limits[.marginHalt] { lockMargin(why, now) }
  }

  /// The first halts of a day end by themselves, no sooner than the state may; a further one waits
  /// for a person.
  private mutating func lockMargin(_ why: String, _ now: GateTime) {
    let today = limits.day(now.wall)
    let halts = fold.latches.marginHalts { limits.day($0) == today }
    let until =
      halts < limits[.marginHaltsADay]
      ? now.wall.advanced(byMilliseconds: limits[.recovery]) : nil
    lock(.margin, until: until, "halts_today=\(halts + 1) \(why)".prefix(200).description, now)
  }

  /// A day that has lost more than it may is over, whatever the account does then, unless a person
  /// lifts that.
  private mutating func judgeDay(_ view: StateView, _ now: GateTime) {
    let today = limits.day(now.wall)
    // What began on another day says nothing of this one.
    guard let loss = view.dailyLoss, let began = fold.dayStartedAt, limits.day(began) == today
    else { return }
    let limit = limits[.dailyLoss]
    let percent = RiskLimit.Unit.percent
    let numbers = "daily_loss=\(percent.text(loss)) limit=\(percent.text(limit))"
    if loss >= Share.times(limit, limits[.dailyLossWarning], .up), warnedDay != today {
      warnedDay = today
      effects.append(.alert("the day nears its loss: \(numbers)"))
    }
    guard loss > limit, fold.latches.dayLifted.map({ limits.day($0) != today }) ?? true else {
      return
    }
    lock(.dailyLoss, until: limits.dayEnd(now.wall), numbers, now)
  }

  private mutating func lock(
    _ kind: RiskLock.Kind, until: WallTime?, _ why: String, _ now: GateTime
  ) {
    lock(
      RiskLock(
        kind: kind, scope: .everything, since: now.wall, until: until, why: why, by: "risk-gate"),
      now)
  }

  mutating func lock(_ lock: RiskLock, _ now: GateTime) {
    guard !(fold.risk.locks[lock.key]?.isActive(at: now.wall) ?? false),
      !outbox.holds(lock.key)
    else { return }
    effects.append(.alert("locked \(lock.kind.rawValue) \(lock.scope): \(lock.why)"))
    outbox.put(.lock(lock), now.machine)
  }

  /// Offers the router what its ledger does not show yet; names are unique in a life by their
  /// number and among lives by the time.
  mutating func proposeWhatIsDue(_ now: GateTime) {
    for body in outbox.due(now.machine, now.wall) {
      proposals += 1
      let name =
        switch body {
        case .lock(let lock): "lock-\(lock.kind.rawValue)"
        case .tradingState(let state): "state-\(state.word)"
        }
      let id = SignalID(unchecked: "risk-gate/\(name)-\(now.wall.milliseconds)-\(proposals)")
      effects.append(
        .propose(
          RiskProposal(
            id: id, body: body, validUntil: now.wall.advanced(byMilliseconds: Self.minute))))
    }
  }

  /// An open position whose mark and index part is told once, until they have met again.
  mutating func watchBasis(_ ticker: Ticker) {
    let id = ticker.instrument
    guard fold.hasPosition(id) else { return }
    guard let index = ticker.figures?.index.ticks,
      let basis = Share.of(abs(ticker.mark.ticks - index), index, .up),
      basis > limits[.basisOpen]
    else {
      partedBases.remove(id)
      return
    }
    guard partedBases.insert(id).inserted else { return }
    let percent = RiskLimit.Unit.percent
    effects.append(
      .alert(
        "a position is open on \(id) and its mark leaves its index: "
          + "basis=\(percent.text(basis)) limit=\(percent.text(limits[.basisOpen]))"))
  }
}
