/// What became of a proposal: accepted as one intent, or every reason why not.
package enum Verdict: Hashable, Sendable {
  case accepted(IntentHash)
  /// At least one denial.
  case denied([Denial])
}

/// The gate's decision on one signal, for whoever listens.
package struct Decision: Hashable, Sendable {
  package let signal: Signal
  package let verdict: Verdict
  /// The size it was given; zero when denied before sizing.
  package let quantity: Quantity
  package let time: WallTime
  /// Every check that was made, failed and passed, in its order.
  package let checks: [RiskCheck]

  package init(
    signal: Signal, verdict: Verdict, quantity: Quantity, time: WallTime, checks: [RiskCheck] = []
  ) {
    self.signal = signal
    self.verdict = verdict
    self.quantity = quantity
    self.time = time
    self.checks = checks
  }
}
