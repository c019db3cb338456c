package import Domain

// What will happen on a straight way that the prices are about to go, asked before they go it: who
// plays a market under a virtual clock stops there, so that a client hears of it in time.
extension VenueMachine {
  /// The first point on the way from here to `to` at which an open order is met; nil when none is.
  package func meeting(_ id: InstrumentID, to: MarketPoint) -> MarketPoint? {
    guard let from = markets[id], let met = nearest(id, from: from, to: to) else { return nil }
    return to.time.milliseconds - from.time.milliseconds <= 1
      ? to : met.place.point(between: from, to)
  }

  /// What the account could still lose before it is liquidated, were these the marks; contracts
  /// that are not named stay where they are.
  ///
  /// Funding of the hour that runs counts as it is now.
  package func room(at marks: [(id: InstrumentID, mark: Price)]) -> Money {
    let free = collateral.reduce(book.balance) { $0 + $1.margin }
    return book.held.reduce(free) { room, id in
      let there = marks.first { $0.id == id }?.mark
      guard let mark = there ?? markets[id]?.mark else { return room }
      let lots = abs(book.position(id))
      return room + book.unrealised(id, at: mark) + unrealisedFunding(id)
        - book.maintenanceMargin(id, lots: lots, at: mark)
    }
  }

  /// Whether a price can bring a liquidation at all.
  package var hasPositions: Bool { !book.held.isEmpty }
}
