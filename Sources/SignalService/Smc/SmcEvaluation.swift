package import Domain

/// What one evaluation came to, with everything it was decided by.
package struct SmcEvaluation: Sendable {
  /// A change of structure as this evaluation saw it; nil is not looked at.
  package struct Change: Hashable, Sendable {
    package var direction: Direction?
    package var breakPrice: Int64?
    package var isConfirmed: Bool?
    package var isReconfirmed: Bool?
    package var isTolerated: Bool?
    package var isEntryReady = false
  }

  package struct Trade: Sendable {
    package let direction: Direction
    package let setup: SmcSetup
    package let levels: SmcLevels
    package let slope: Slope
  }

  package var reason = SmcReason.insufficientBiasData
  package var bias = Bias.neutral
  /// Nil unless the reason is `signal`.
  package var trade: Trade?
  /// Of signals, and of setups whose score was too low.
  package var score: SmcScore?
  package var atrRatio: Double?
  package var structure: MarketStructure?
  package var change = Change()

  // Of `corrected` only.
  /// What makes the setup the same setup the next hour; nil without one.
  package var setupName: String?
  /// The worst price, in ticks, at which the decision still holds.
  package var worstPrice: Int64?
  package var stopPrice: Int64?
  package var takeProfits: [Int64] = []
  /// The numbers that were looked at, in the order of the checks.
  package var values: [(name: String, value: String)] = []

  package init() {}
}
