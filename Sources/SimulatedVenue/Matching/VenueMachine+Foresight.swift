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
    var room = marginEquity - maintenanceMargin
    for (id, mark) in marks {
      let lots = abs(book.position(id))
      guard lots != 0, let now = markets[id]?.mark else { continue }
      room =
        room + book.unrealised(id, at: mark) - book.unrealised(id, at: now)
        - book.maintenanceMargin(id, lots: lots, at: mark)
        + book.maintenanceMargin(id, lots: lots, at: now)
    }
    return room
  }

  /// Whether a price can bring a liquidation at all.
  package var hasPositions: Bool { !book.positions.isEmpty }
}
