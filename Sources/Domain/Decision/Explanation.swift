/// One decision of a strategy as people are told it: what was decided, on what, and by which
/// numbers.
package struct Explanation: Hashable, Sendable {
  package let strategy: StrategyID
  package let instrument: InstrumentID
  package let timeframe: Timeframe
  /// Close time of the candle that was decided on.
  package let decidedAt: MarketTime
  /// `SIGNAL`, `EXIT`, or the stable code of why there is neither.
  package let reason: String
  /// Of the signal or the exit; nil without one.
  package let signal: SignalID?
  package let values: [DecisionValue]
  /// What became of the signal; nil without one, and until it has its verdict.
  package var verdict: String?

  package init(
    strategy: StrategyID, instrument: InstrumentID, timeframe: Timeframe, decidedAt: MarketTime,
    reason: String, signal: SignalID?, values: [DecisionValue], verdict: String? = nil
  ) {
    self.strategy = strategy
    self.instrument = instrument
    self.timeframe = timeframe
    self.decidedAt = decidedAt
    self.reason = reason
    self.signal = signal
    self.values = values
    self.verdict = verdict
  }
}

/// One number, or word, that a decision was made with.
package struct DecisionValue: Hashable, Sendable {
  package let name: String
  package let value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}
