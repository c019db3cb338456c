import Domain

// Executions: an order as taker against the synthetic depth, or as maker at its own price.
extension VenueMachine {
  /// Lots of the position that the order may close.
  func reducible(_ order: VenueOrder) -> Quantity {
    let position = book.position(order.instrument)
    return position.signum() == -order.side.sign ? Quantity(lots: abs(position)) : .zero
  }

  /// Lots the order may still execute: the unfilled ones, of which a reduce-only order may close
  /// what there is.
  func executable(_ order: VenueOrder) -> Quantity {
    order.reduceOnly ? min(order.unfilled, reducible(order)) : order.unfilled
  }

  /// Takes from the other side of the market what `limit` allows; a market order has its
  /// protection, a liquidation takes whatever there is.
  mutating func executeAsTaker(
    _ order: VenueOrder, limit: Price?, type: FillType = .taker, _ now: VenueTime
  ) -> [VenueFill] {
    guard let depth = depth(order.instrument), let point = markets[order.instrument] else {
      return []
    }
    var worst = limit ?? depth.protection(order.side)
    if order.kind == .liquidation { worst = Price(ticks: order.side == .buy ? .max : 1) }
    return depth.take(order.side, executable(order), limit: worst).compactMap { price, quantity in
      taken[order.instrument, default: TakenDepth(at: point)]
        .take(order.side, quantity, at: point)
      guard let current = book.orders[order.id] else { return nil }
      return fill(current, quantity, at: price, type: type, now)
    }
  }

  /// Executes at the order's own limit, up to `most` lots.
  mutating func executeAsMaker(_ order: VenueOrder, most: Quantity?, _ now: VenueTime) {
    let lots = min(executable(order), most ?? order.unfilled)
    if lots > .zero, let limit = order.limit {
      _ = fill(order, lots, at: limit, type: .maker, now)
    }
    guard let after = book.orders[order.id], after.status == .open else { return }
    // A reduce-only order that has nothing left to reduce has no business in the book.
    if executable(after) == .zero { end(after, .cancelled, .wouldNotReduce, now) }
  }

  private mutating func fill(
    _ order: VenueOrder, _ quantity: Quantity, at price: Price, type: FillType, _ now: VenueTime
  ) -> VenueFill {
    settleFunding(order.instrument, now)
    let before = book.position(order.instrument)
    let notional = book.value(order.instrument, price, quantity.lots)
    let fee =
      book.contracts[order.instrument]?.fee(notional: notional, isMaker: type == .maker) ?? .zero
    let fill = VenueFill(
      id: ExecutionID(unchecked: identifier(2, book.fillCount + 1)), order: order.id,
      clientOrderID: order.clientOrderID, instrument: order.instrument, side: order.side,
      quantity: quantity, price: price, time: now.wall, marketTime: now.market, type: type,
      fee: fee, mark: markets[order.instrument]?.mark ?? price)
    var after = order
    after.filled = order.filled + quantity
    after.updatedAt = now.wall
    if after.filled == after.quantity { after.status = .filled }
    record(.fill(fill, book.settlement(of: fill), order: after), now)
    let position = book.position(order.instrument)
    invariant(
      !order.reduceOnly || abs(position) < abs(before) && position.signum() != -before.signum(),
      "a reduce-only order shrinks a position and never reverses it")
    revalue(order.instrument)
    writeOffIfNeeded(now)
    return fill
  }

  /// The order is over; how it stands is `status`.
  mutating func end(
    _ order: VenueOrder, _ status: VenueOrderStatus, _ reason: OrderReason, _ now: VenueTime
  ) {
    var after = order
    after.status = status
    after.updatedAt = now.wall
    record(.order(after, reason: reason, old: nil), now)
  }
}
