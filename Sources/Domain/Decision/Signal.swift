/// Which way a position profits.
package enum Direction: String, CaseIterable, Hashable, Sendable {
  case long
  case short

  /// The side of an order that opens such a position.
  package var entrySide: Side { self == .long ? .buy : .sell }

  /// The side of an order that closes such a position.
  package var exitSide: Side { self == .long ? .sell : .buy }
}

/// A strategy's decision to open a position: what, why, how far wrong, until when.
package struct Signal: Hashable, Sendable {
  package let id: SignalID
  package let strategy: StrategyID
  package let instrument: InstrumentID
  package let direction: Direction
  package let setup: SetupID
  /// The worst price at which the decision still holds: a limit, not a wish.
  package let worstPrice: Price
  /// The price that proves the decision wrong; on the losing side of `worstPrice`.
  package let stop: Price
  /// Where profit is taken, nearest first, each on the winning side and farther than the one
  /// before; empty when the strategy names none.
  package let takeProfits: [Price]
  /// Close time of the candle the decision was made on.
  package let decidedAt: MarketTime
  /// After this moment the decision may not become an order.
  package let validUntil: WallTime

  package init(
    id: SignalID, strategy: StrategyID, instrument: InstrumentID, direction: Direction,
    setup: SetupID, worstPrice: Price, stop: Price, takeProfits: [Price], decidedAt: MarketTime,
    validUntil: WallTime
  ) {
    self.id = id
    self.strategy = strategy
    self.instrument = instrument
    self.direction = direction
    self.setup = setup
    self.worstPrice = worstPrice
    self.stop = stop
    self.takeProfits = takeProfits
    self.decidedAt = decidedAt
    self.validUntil = validUntil
  }

  /// Whether `other` is this decision offered again: everything but how long it stays good.
  ///
  /// A proposer that restarts decides the same from the same candle, at a later moment.
  package func isSameDecision(as other: Signal) -> Bool {
    id == other.id && strategy == other.strategy && instrument == other.instrument
      && direction == other.direction && setup == other.setup && worstPrice == other.worstPrice
      && stop == other.stop && takeProfits == other.takeProfits && decidedAt == other.decidedAt
  }

  /// The most prices at which profit is taken.
  package static let mostTakeProfits = 8

  /// Whether prices are positive, the stop lies on the losing side and each profit beyond the last.
  package var isCoherent: Bool {
    guard worstPrice.ticks > 0, stop.ticks > 0, takeProfits.count <= Self.mostTakeProfits,
      isBeyond(worstPrice, stop)
    else { return false }
    var nearer = worstPrice
    for profit in takeProfits {
      guard profit.ticks > 0, isBeyond(profit, nearer) else { return false }
      nearer = profit
    }
    return true
  }

  /// Whether `price` is more profitable than `other`.
  ///
  /// Compared, never subtracted: the prices come from outside and may be any number.
  private func isBeyond(_ price: Price, _ other: Price) -> Bool {
    direction == .long ? price > other : price < other
  }
}
