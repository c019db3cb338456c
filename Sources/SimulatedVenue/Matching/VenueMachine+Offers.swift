package import Domain

// A market whose orders of others are known, because it is heard from elsewhere: what can be traded
// is what rests there, and while nothing is heard nothing is traded.
extension VenueMachine {
  /// The orders of others as they are now; nil makes them up around the last price.
  package mutating func setOffers(_ id: InstrumentID, _ known: MarketOffers?) {
    offers[id] = known
  }

  /// No order of the contract is taken and none executes until `resume`; cancels are.
  ///
  /// Nothing is recorded: whether a market is heard is no doing of the account or its venue.
  package mutating func halt(_ id: InstrumentID) { halted.insert(id) }

  package mutating func resume(_ id: InstrumentID) { halted.remove(id) }

  /// Whether orders of the contract are refused because its prices are not those of now.
  package func isHalted(_ id: InstrumentID) -> Bool { halted.contains(id) }

  /// Executes resting orders whose price the orders of others have come to, each at its own price
  /// and up to what is offered there; so the book never crosses.
  package mutating func meetOffers(_ id: InstrumentID, now: VenueTime) {
    guard offers[id] != nil, !halted.contains(id), book.conditions[id]?.isSuspended != true else {
      return
    }
    for level in book.lanes[id]?.open ?? [] where !level.isWaiting {
      guard let limit = level.price, let depth = depth(id), let point = markets[id],
        let order = book.orders[level.id], order.status == .open
      else { continue }
      let most = depth.take(level.side, executable(order), limit: limit)
        .reduce(Quantity.zero) { $0 + $1.1 }
      guard most > .zero else { continue }
      taken[id, default: TakenDepth(at: point)].take(level.side, most, at: point)
      executeAsMaker(order, most: most, now)
    }
    liquidateIfNeeded(after: id, now)
  }
}
