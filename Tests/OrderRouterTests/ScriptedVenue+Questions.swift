import Domain

// What tests and the venue itself ask of its book.
extension ScriptedVenue {
  var entries: [OrderPlacement] { placements.filter { !$0.reduceOnly } }
  var stops: [OrderPlacement] {
    placements.filter { if case .stop = $0.type { true } else { false } }
  }

  /// How often the history was asked for.
  var histories: Int {
    requests.count { if case .orderHistory = $0 { true } else { false } }
  }

  func isRefused(_ placement: OrderPlacement) -> Bool {
    if case .takeProfit(let trigger) = placement.type, refusedTriggers.contains(trigger) {
      return true
    }
    return placement.reduceOnly && refusedInstruments.contains(placement.instrument)
  }

  /// Lots by which the position would be exceeded by all that reduces it.
  func surplus(_ placement: OrderPlacement) -> Int64 {
    let resting = openOrders.filter { $0.reduceOnly && $0.instrument == placement.instrument }
      .reduce(0) { $0 + $1.unfilled.lots }
    let position = abs(positions[placement.instrument, default: 0])
    return resting + placement.quantity.lots - position
  }
}

extension OrderPlacement {
  var isStop: Bool {
    if case .stop = type { true } else { false }
  }
}

extension OpenOrder {
  /// The same order with another amount, and another trigger if one is given.
  func with(unfilled: Quantity, filled: Quantity? = nil, trigger: Price? = nil) -> OpenOrder {
    OpenOrder(
      clientOrderID: clientOrderID, venueOrderID: venueOrderID, instrument: instrument, side: side,
      unfilled: unfilled, filled: filled ?? self.filled, reduceOnly: reduceOnly, isStop: isStop,
      trigger: trigger ?? self.trigger)
  }
}
