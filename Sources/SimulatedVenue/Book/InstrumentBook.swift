package import Domain

/// What the book holds of one contract: its open orders and its position.
///
/// Invariant: the sums are those of the open orders; `place` and `remove` keep them.
package struct InstrumentBook: Hashable, Sendable {
  /// Open orders in the order in which they entered.
  private(set) var open: [OpenLevel] = []
  package internal(set) var signedLots: Int64 = 0
  /// What the open lots were bought or sold for, always positive.
  package internal(set) var cost = Money.zero
  /// Wall time since which the resting stops cover less than the position; nil when they cover it.
  package internal(set) var uncoveredSince: WallTime?
  /// Wall time of the newest fill.
  package internal(set) var filledAt: WallTime?
  /// Until when funding has been paid.
  package internal(set) var fundedUntil: MarketTime?
  /// Unfilled lots of open orders that may open a position.
  package private(set) var entries = LotsBySide()
  /// Unfilled lots of reduce-only orders that rest.
  package private(set) var reducing = LotsBySide()
  /// Unfilled lots of reduce-only triggers that wait.
  package private(set) var triggers = LotsBySide()
  /// Unfilled lots of reduce-only stops: what protects a position.
  package private(set) var stops = LotsBySide()

  /// Lots of the largest position that open orders could lead to, were these the ones to open it.
  func largest(with entries: LotsBySide) -> Int64 {
    max(abs(signedLots + entries[.buy]), abs(signedLots - entries[.sell]), abs(signedLots))
  }

  /// Takes an open order in, or its new form in place of its old one.
  mutating func place(_ order: VenueOrder, over old: VenueOrder?) {
    if let old {
      count(old, -1)
      if let index = open.firstIndex(where: { $0.number == order.number }) {
        open[index] = OpenLevel(order)
      }
    } else {
      open.append(OpenLevel(order))
    }
    count(order, 1)
  }

  mutating func remove(_ order: VenueOrder) {
    count(order, -1)
    if let index = open.firstIndex(where: { $0.number == order.number }) { open.remove(at: index) }
  }

  private mutating func count(_ order: VenueOrder, _ sign: Int64) {
    let lots = sign * order.unfilled.lots
    guard order.reduceOnly else {
      entries[order.side] += lots
      return
    }
    if order.kind == .stop || order.kind == .trailingStop { stops[order.side] += lots }
    if order.isWaiting { triggers[order.side] += lots } else { reducing[order.side] += lots }
  }
}

/// Lots to buy and lots to sell.
package struct LotsBySide: Hashable, Sendable {
  private var buy: Int64 = 0
  private var sell: Int64 = 0

  package subscript(_ side: Side) -> Int64 {
    get { side == .buy ? buy : sell }
    set {
      if side == .buy { buy = newValue } else { sell = newValue }
    }
  }
}
