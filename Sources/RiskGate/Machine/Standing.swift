import Domain

/// Where the account stands to one control at a moment, without any signal.
struct Standing: Sendable {
  let control: Control
  /// Nil is unknown.
  let value: Int64?
  let bound: Int64
  let isHeld: Bool
}

extension GateMachine {
  /// Everything that can be said without a signal, in the order of the list.
  mutating func riskRows(_ now: GateTime) -> [Standing] {
    var view = RiskView(limits.numbers)
    view.set(.tradingState, states.state.severity)
    view.set(.healthyData, market.healthy(limits.numbers, now.wall))
    view.set(.positions, Int64(fold.occupied.count))
    view.set(.positionCount, Int64(fold.openPositions))
    view.set(.accountAge, fold.accountAt.map { now.wall.milliseconds - $0.milliseconds })
    view.set(.entriesPerTenSeconds, Int64(entries(within: Self.tenSeconds, now.wall)))
    view.set(.entriesPerMinute, Int64(entries(within: Self.minute, now.wall)))
    var asked: [ControlID] = [
      .tradingState, .healthyData, .positions, .positionCount, .accountAge,
      .entriesPerTenSeconds, .entriesPerMinute, .equity, .dailyLoss, .drawdown,
      .marginUtilisation, .aggregateNotional, .aggregateMargin,
    ]
    if let account = fold.account, let state = stateView {
      let equity = account.equity.micros
      view.set(.equity, equity)
      view.set(.dailyLoss, state.dailyLoss)
      view.set(.drawdown, state.drawdown)
      view.set(.marginUtilisation, state.marginInUse)
      let notional = portfolio(own: nil)?.notional
      view.set(.aggregateNotional, notional.flatMap { Share.of($0, equity, .up) })
      view.set(
        .aggregateMargin,
        notional.flatMap { Share.of($0, limits[.maximumLeverage], .up) }
          .flatMap { Share.of($0, equity, .up) })
    }
    asked.sort { $0.rawValue < $1.rawValue }
    return asked.map { id in
      let control = Control.all[id.rawValue]
      let value: Int64? = if case .value(let value) = view[id] { value } else { nil }
      return Standing(
        control: control, value: value, bound: control.bound(limits.numbers),
        isHeld: control.judge(view) == .passed)
    }
  }
}
