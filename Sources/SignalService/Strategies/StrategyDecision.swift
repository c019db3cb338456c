package import Domain

/// What a strategy decided on one candle.
package struct StrategyDecision: Hashable, Sendable {
  package enum Outcome: Hashable, Sendable {
    case entry(Proposal)
    /// Out of the position that a signal of the strategy's own opened.
    case exit(ExitDemand)
    /// No trade, and why: of another type than an entry, so that it cannot become one.
    case noSignal(NoSignal)
  }

  /// The candle that was decided on; the decision is as new as this candle.
  package let candle: Candle
  package let outcome: Outcome
  /// The numbers that were looked at, in the order of the checks.
  package let values: [DecisionValue]

  package init(_ candle: Candle, _ outcome: Outcome, values: [DecisionValue] = []) {
    self.candle = candle
    self.outcome = outcome
    self.values = values
  }

  package var entry: Proposal? {
    if case .entry(let proposal) = outcome { proposal } else { nil }
  }
}

/// Which position a strategy wants to leave, and why in one word.
package struct ExitDemand: Hashable, Sendable {
  /// The signal that opened it, as the strategy was told with its position.
  package let signal: SignalID
  package let reason: ExitWord

  package init(of signal: SignalID, _ reason: ExitWord) {
    self.signal = signal
    self.reason = reason
  }
}

/// Why nothing is traded: a stable code such as `ADX_TOO_LOW`.
package struct NoSignal: Hashable, Sendable {
  package let reason: String

  package init(_ reason: String) {
    self.reason = reason
  }
}

/// What a strategy wants; the service gives it a name and a time to live.
package struct Proposal: Hashable, Sendable {
  package let direction: Direction
  package let setup: SetupID
  /// The worst price at which the decision still holds.
  package let worstPrice: Price
  package let stop: Price
  /// Nearest first; may be none.
  package let takeProfits: [Price]

  package init(
    direction: Direction, setup: SetupID, worstPrice: Price, stop: Price, takeProfits: [Price]
  ) {
    self.direction = direction
    self.setup = setup
    self.worstPrice = worstPrice
    self.stop = stop
    self.takeProfits = takeProfits
  }
}
