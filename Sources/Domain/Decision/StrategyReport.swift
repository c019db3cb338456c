/// What became of a strategy's own decision: one of its fills, or its position now.
package struct StrategyReport: Hashable, Sendable {
  package enum Body: Hashable, Sendable {
    /// Of the entry, a stop, a take-profit or the exit.
    case fill(Fill)
    /// Absolute; flat when it is over.
    case position(Position)
  }

  /// Number of the ledger event behind it.
  package let number: Int64
  package let strategy: StrategyID
  /// The signal that opened the position.
  package let signal: SignalID
  package let body: Body

  package init(number: Int64, strategy: StrategyID, signal: SignalID, body: Body) {
    self.number = number
    self.strategy = strategy
    self.signal = signal
    self.body = body
  }

  package var instrument: InstrumentID {
    switch body {
    case .fill(let fill): fill.instrument
    case .position(let position): position.instrument
    }
  }
}
