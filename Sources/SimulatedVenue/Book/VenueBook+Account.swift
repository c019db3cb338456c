package import Domain

/// A client order id that was used before and came again.
package struct Repeat: Hashable, Sendable {
  package let clientOrderID: String
  package let time: WallTime
}

/// A time in which a position had less than a full stop, while the venue was there to take one.
package struct Exposure: Hashable, Sendable {
  package let instrument: InstrumentID
  package let since: WallTime
  package let until: WallTime
}

// What is open, and what it is worth. Positions are valued at the mark price.
extension VenueBook {
  /// Open orders, earliest first.
  package var openOrders: [VenueOrder] {
    lanes.values.flatMap { $0.open.compactMap { orders[$0.id] } }.sorted { $0.number < $1.number }
  }

  /// Open orders of one contract, in the order in which they entered.
  package func openOrders(of id: InstrumentID) -> [VenueOrder] {
    (lanes[id]?.open ?? []).compactMap { orders[$0.id] }
  }

  /// Contracts in which there is a position, in the order of their names.
  package var positions: [(id: InstrumentID, lane: InstrumentBook)] {
    held.compactMap { id in lanes[id].map { (id: id, lane: $0) } }
  }

  package func position(_ id: InstrumentID) -> Int64 { lanes[id]?.signedLots ?? 0 }

  /// Whether anything here waits for the price of the contract.
  package func watches(_ id: InstrumentID) -> Bool {
    // What collateral is worth decides when the account is liquidated.
    if !collateral.isEmpty, collateral.keys.contains(where: { $0.contract == id }) { return true }
    guard let lane = lanes[id] else { return false }
    return lane.signedLots != 0 || !lane.open.isEmpty
  }

  /// Lots of the position that resting reduce-only stops would close.
  package func stopCover(_ id: InstrumentID) -> Quantity {
    guard let lane = lanes[id] else { return .zero }
    return Quantity(lots: lane.stops[lane.signedLots > 0 ? .sell : .buy])
  }

  /// price × lots; a contract this venue lists and a quantity it took always have a value.
  func value(_ id: InstrumentID, _ price: Price, _ lots: Int64) -> Money {
    guard
      let money = contracts[id]?.instrument.notional(
        price, Quantity(lots: lots), rounding: .nearest)
    else { fatalError("invariant broken: the value of \(lots) lots of \(id) fits") }
    return money
  }

  /// What the open position in one contract would earn at `price`.
  package func unrealised(_ id: InstrumentID, at price: Price) -> Money {
    guard let lane = lanes[id], lane.signedLots != 0 else { return .zero }
    let worth = value(id, price, abs(lane.signedLots))
    return lane.signedLots > 0 ? worth - lane.cost : lane.cost - worth
  }

  /// Notional of the open position at `price`.
  package func exposure(_ id: InstrumentID, at price: Price) -> Money {
    value(id, price, abs(position(id)))
  }

  /// Initial margin of the position alone.
  package func initialMargin(_ id: InstrumentID, at price: Price) -> Money {
    initialMargin(id, lots: abs(position(id)), at: price)
  }

  /// Initial margin of the worse of the two positions that the open orders could lead to.
  package func initialMarginWithOrders(_ id: InstrumentID, at price: Price) -> Money {
    guard let lane = lanes[id] else { return .zero }
    return initialMargin(id, lots: lane.largest(with: lane.entries), at: price)
  }

  /// Initial margin of so many lots: that of the schedule, or more if the account chose less
  /// leverage.
  package func initialMargin(_ id: InstrumentID, lots: Int64, at price: Price) -> Money {
    guard let contract = contracts[id] else { return .zero }
    let notional = value(id, price, lots)
    let schedule = contract.initialMargin(notional: notional)
    guard let leverage = preferences.maxLeverage[id] else { return schedule }
    let own = Rounding.up.divide(Int128(notional.micros) * 1000, by: Int128(max(1, leverage)))
    return max(schedule, Money(micros: Int64(clamping: own)))
  }

  package func maintenanceMargin(_ id: InstrumentID, lots: Int64, at price: Price) -> Money {
    contracts[id]?.maintenanceMargin(notional: value(id, price, lots)) ?? .zero
  }
}
