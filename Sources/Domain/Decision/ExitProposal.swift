/// A strategy's decision to close the position that a signal of its own opened.
///
/// It names no size and no price: the whole position goes, at market, with its stop in place. A
/// position is left once: repeated, or made again on a later candle, it is the same exit.
package struct ExitProposal: Hashable, Sendable {
  package let id: SignalID
  package let strategy: StrategyID
  package let instrument: InstrumentID
  /// The signal that opened the position.
  package let signal: SignalID
  /// The strategy's own word, for people.
  package let reason: ExitWord
  /// Close time of the candle the decision was made on.
  package let decidedAt: MarketTime
  /// After this moment the decision may not become an order.
  package let validUntil: WallTime

  package init(
    id: SignalID, strategy: StrategyID, instrument: InstrumentID, signal: SignalID,
    reason: ExitWord, decidedAt: MarketTime, validUntil: WallTime
  ) {
    self.id = id
    self.strategy = strategy
    self.instrument = instrument
    self.signal = signal
    self.reason = reason
    self.decidedAt = decidedAt
    self.validUntil = validUntil
  }

  /// Whether `other` is this decision offered again: everything but how long it stays good.
  package func isSameDecision(as other: ExitProposal) -> Bool {
    id == other.id && strategy == other.strategy && instrument == other.instrument
      && signal == other.signal && reason == other.reason && decidedAt == other.decidedAt
  }
}

/// Why a strategy wants out, in its own word, such as `CROSSED_BACK`.
package struct ExitWord: Name {
  package let text: String
  package init(unchecked text: String) { self.text = text }
}

/// The decision on one exit, for whoever listens.
package struct ExitDecision: Hashable, Sendable {
  package let exit: ExitProposal
  package let verdict: Verdict
  package let time: WallTime

  package init(exit: ExitProposal, verdict: Verdict, time: WallTime) {
    self.exit = exit
    self.verdict = verdict
    self.time = time
  }
}
