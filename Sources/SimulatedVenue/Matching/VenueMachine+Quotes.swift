package import Domain

/// What an order would need and lead to, asked before it is sent.
package struct MarginQuote: Hashable, Sendable {
  /// Word of the refusal the order would get; nil when it would be taken.
  package let refusal: String?
  /// What of the available margin it would bind.
  package let margin: Money
  /// The position were it filled.
  package let signedLots: Int64
  /// What that account could lose before it would be liquidated.
  package let room: Money
}

// Questions of a trader; nothing is recorded. Margin is that of the mark price, as when the order
// comes.
extension VenueMachine {
  /// The quote of an order of at most the largest position; nil when the contract has no market.
  package func quote(_ request: OrderRequest, now: VenueTime) -> MarginQuote? {
    let id = request.instrument
    guard let contract = book.contracts[id], let mark = markets[id]?.mark, let depth = depth(id),
      request.quantity <= contract.instrument.maxPosition
    else { return nil }
    let order = question(request, now)
    let price = request.limit ?? depth.protection(request.side)
    let before = book.position(id)
    let after = before + request.side.sign * request.quantity.lots
    // The larger position may be beyond what has a value.
    guard abs(after) <= contract.instrument.maxPosition.lots else {
      return MarginQuote(
        refusal: "maxPositionViolation", margin: .zero, signedLots: before, room: .zero)
    }
    let paid = book.value(id, price, request.quantity.lots)
    let worth = book.value(id, mark, request.quantity.lots)
    let loss = request.side == .buy ? paid - worth : worth - paid
    let maintenance =
      maintenanceMargin - book.maintenanceMargin(id, lots: abs(before), at: mark)
      + book.maintenanceMargin(id, lots: abs(after), at: mark)
    return MarginQuote(
      refusal: refusal(order, cancelsOwn: false), margin: marginNeeded(order, mark),
      signedLots: after, room: marginEquity - loss - maintenance)
  }

  /// The largest order on one side that the account's margin and the contract's bound allow.
  package func largestOrder(_ id: InstrumentID, _ side: Side, now: VenueTime) -> Quantity? {
    guard let contract = book.contracts[id], markets[id] != nil else { return nil }
    func isAllowed(_ lots: Int64) -> Bool {
      let request = OrderRequest(
        clientOrderID: nil, instrument: id, side: side, kind: .limit,
        quantity: Quantity(lots: lots), reduceOnly: false, processBefore: nil)
      return positionRefusal(question(request, now), changing: nil) == nil
    }
    var (allowed, refused) = (Int64(0), contract.instrument.maxPosition.lots + 1)
    while refused - allowed > 1 {
      let middle = allowed + (refused - allowed) / 2
      if isAllowed(middle) { allowed = middle } else { refused = middle }
    }
    return Quantity(lots: allowed)
  }

  /// The order that the request would be; it has no id of its own.
  private func question(_ request: OrderRequest, _ now: VenueTime) -> VenueOrder {
    VenueOrder(
      id: VenueOrderID(unchecked: ""), number: 0, clientOrderID: nil,
      instrument: request.instrument, side: request.side, kind: request.kind,
      limit: request.limit, quantity: request.quantity, reduceOnly: false, receivedAt: now.wall,
      updatedAt: now.wall, status: .open, word: "")
  }

  private func marginNeeded(_ order: VenueOrder, _ mark: Price) -> Money {
    let lane = book.lanes[order.instrument] ?? InstrumentBook()
    var entries = lane.entries
    entries[order.side] += order.quantity.lots
    let after = lane.largest(with: entries)
    guard let most = book.contracts[order.instrument]?.instrument.maxPosition.lots, after <= most
    else { return .zero }
    return max(
      .zero,
      book.initialMargin(order.instrument, lots: after, at: mark)
        - book.initialMarginWithOrders(order.instrument, at: mark))
  }
}
