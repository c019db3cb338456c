package import Domain

/// What the file remembers of a decision that is offered: the part of layer 1 that memory does not
/// hold.
package struct SetupPast: Hashable, Sendable {
  /// The intent that the same signal became, whatever its state.
  package var sameSignal: IntentRow?
  /// Closed intents of the same setup.
  package var closed: [PastIntent]
  /// Generations whose rows were pruned; the next one is at least this.
  package var retiredGenerations: Int

  package init(
    sameSignal: IntentRow? = nil, closed: [PastIntent] = [], retiredGenerations: Int = 0
  ) {
    self.sameSignal = sameSignal
    self.closed = closed
    self.retiredGenerations = retiredGenerations
  }
}

/// One closed intent of a setup.
package struct PastIntent: Hashable, Sendable {
  package let hash: IntentHash
  package let generation: Int
  package let closedAt: WallTime
  package let state: IntentState
  /// Whether anything of its entry filled.
  package let traded: Bool

  package init(
    hash: IntentHash, generation: Int, closedAt: WallTime, state: IntentState, traded: Bool
  ) {
    self.hash = hash
    self.generation = generation
    self.closedAt = closedAt
    self.state = state
    self.traded = traded
  }
}
