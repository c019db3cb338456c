package import Domain

/// The orders of others in one contract, each side best first.
///
/// Invariants, checked by the initialiser: 1. Prices of a side are in order and different, and
/// quantities above zero. 2. The sides do not cross.
package struct MarketOffers: Hashable, Sendable {
  package static let empty = MarketOffers()

  package let bids: [BookLevel]
  package let asks: [BookLevel]

  private init() {
    bids = []
    asks = []
  }

  /// Nil for sides that cross or are out of order.
  package init?(bids: [BookLevel], asks: [BookLevel]) {
    guard Self.isOrdered(bids, { $0 > $1 }), Self.isOrdered(asks, { $0 < $1 }) else { return nil }
    if let bid = bids.first, let ask = asks.first, bid.price >= ask.price { return nil }
    self.bids = bids
    self.asks = asks
  }

  private static func isOrdered(
    _ levels: [BookLevel], _ isBetter: (Price, Price) -> Bool
  ) -> Bool {
    levels.allSatisfy { $0.quantity > .zero }
      && zip(levels, levels.dropFirst()).allSatisfy { isBetter($0.price, $1.price) }
  }

  /// What a taker on `side` may take.
  func levels(for side: Side) -> [BookLevel] { side == .buy ? asks : bids }
}
