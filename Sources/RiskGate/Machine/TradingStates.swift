package import Domain

/// What is measured for the trading state; nil is not known.
package struct StateView: Hashable, Sendable {
  package var drawdown: Int64?
  package var dailyLoss: Int64?
  package var marginInUse: Int64?
  package var openPositions: Int64?

  package init() {}
}

/// One condition: from which value on entries stop, from which on everything but protection does.
package struct StateCondition: Sendable {
  package let name: String
  package let unit: RiskLimit.Unit
  let value: @Sendable (StateView) -> Int64?
  package let reducing: RiskLimitID
  /// Nil: it never halts.
  package let halted: RiskLimitID?
  /// Share of a threshold below which a value has to fall before it counts as over.
  package let release: Int64

  /// The one table.
  package static let all: [StateCondition] = [
    StateCondition(
      name: "drawdown", unit: .percent, value: \.drawdown, reducing: .drawdownDegraded,
      halted: .drawdownHalt, release: 90_000_000),
    StateCondition(
      name: "daily_loss", unit: .percent, value: \.dailyLoss, reducing: .dailyLoss, halted: nil,
      release: 90_000_000),
    StateCondition(
      name: "margin_in_use", unit: .percent, value: \.marginInUse, reducing: .marginDegraded,
      halted: .marginHalt, release: 95_000_000),
    StateCondition(
      name: "open_positions", unit: .count, value: \.openPositions, reducing: .positionsDegraded,
      halted: .positionsHalt, release: 100_000_000),
  ]

  /// The state this condition asks for when its thresholds are scaled by `factor`.
  func state(_ view: StateView, _ limits: RiskLimits, factor: Int64) -> TradingState {
    guard let value = value(view) else { return .active }
    if let halted, value >= Share.times(limits[halted], factor, .up) { return .halted }
    return value >= Share.times(limits[reducing], factor, .up) ? .reducing : .active
  }

  func text(_ view: StateView, _ limits: RiskLimits) -> String {
    let halt = halted.map { " halt=\(unit.text(limits[$0]))" } ?? ""
    return "\(name)=\(value(view).map(unit.text) ?? "unknown") "
      + "reduce=\(unit.text(limits[reducing]))\(halt)"
  }
}

/// The trading state by measured conditions.
///
///     active ─► reducing ─► halted     at once, when a value reaches a threshold
///     active ◄─ reducing ◄─ halted     when every value has fallen below its release, and the
///                                      state has lasted `risk_gate.state_recovery_s`
///
/// Invariants: 1. A worse state is taken at once. 2. A better one is taken only past its release
/// and its time, so that a value that trembles at a threshold changes nothing. 3. Every transition
/// names the conditions that made it.
package struct TradingStates: Hashable, Sendable {
  package private(set) var state = TradingState.active
  package private(set) var since: WallTime?

  package init() {}

  /// What the ledger says holds: of an earlier life, or said by a person.
  package mutating func adopt(_ known: RiskTradingState) {
    guard let word = TradingState(rawValue: known.word) else { return }
    state = word
    since = known.at
  }

  /// The transition that is due, if one is.
  package mutating func judge(
    _ view: StateView, _ limits: RiskLimits, now: WallTime
  ) -> RiskTradingState? {
    let entered = worst(view, limits) { _ in RiskLimit.whole }
    let kept = worst(view, limits) { $0.release }
    let next: TradingState
    if entered.severity > state.severity {
      next = entered
    } else if kept.severity < state.severity, hasLasted(limits, now) {
      next = kept
    } else {
      return nil
    }
    let why = reasons(view, limits, of: next)
    let transition = RiskTradingState(
      word: next.rawValue, why: "\(state.rawValue) -> \(next.rawValue): \(why)", by: "risk-gate",
      at: now)
    state = next
    since = now
    return transition
  }

  private func worst(
    _ view: StateView, _ limits: RiskLimits, _ factor: (StateCondition) -> Int64
  ) -> TradingState {
    StateCondition.all.map { $0.state(view, limits, factor: factor($0)) }
      .max { $0.severity < $1.severity } ?? .halted
  }

  private func hasLasted(_ limits: RiskLimits, _ now: WallTime) -> Bool {
    guard let since else { return true }
    let lasted = now.milliseconds - since.milliseconds
    // A clock that was set back does not make it last for ever.
    return lasted >= limits[.recovery] || lasted < 0
  }

  private func reasons(
    _ view: StateView, _ limits: RiskLimits, of next: TradingState
  ) -> String {
    let at = StateCondition.all.filter {
      next != .active && $0.state(view, limits, factor: RiskLimit.whole) == next
    }
    return (at.isEmpty ? StateCondition.all : at).map { $0.text(view, limits) }
      .joined(separator: "; ")
  }
}
