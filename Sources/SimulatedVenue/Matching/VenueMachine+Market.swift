package import Domain

// The market moves. Between two points each price goes in a straight line through every price in
// between, so an order is met at its own price, in the order in which the prices come by; points at
// most a millisecond apart are a jump, over which nothing was traded, and a trigger executes at the
// price behind it. A resting order that the price only touches gets one level's worth; one that the
// price goes through is filled.
extension VenueMachine {
  /// Sets the prices of a contract nobody waits for: the way there does not matter.
  package mutating func jump(_ id: InstrumentID, to point: MarketPoint) {
    markets[id] = point
  }

  /// Moves one contract along `path`; orders that it reaches execute on the way.
  package mutating func move(_ id: InstrumentID, along path: [MarketPoint], wall: WallTime) {
    for point in path {
      guard book.watches(id), let before = markets[id] else {
        markets[id] = point
        continue
      }
      step(id, from: before, to: point, wall)
    }
  }

  private mutating func step(
    _ id: InstrumentID, from: MarketPoint, to: MarketPoint, _ wall: WallTime
  ) {
    let isJump = to.time.milliseconds - from.time.milliseconds <= 1
    let isTrading = !(book.conditions[id]?.isSuspended ?? false)
    let hour = from.time.hour
    var from = from
    var touched: Set<VenueOrderID> = []
    // Each turn ends an order, triggers one or touches one for the first time, so this ends.
    while isTrading, let met = nearest(id, from: from, to: to, except: touched) {
      // Over a jump the levels come in their order, and all execute behind it.
      let here = isJump ? to : met.place.point(between: from, to)
      if isJump { touched.insert(met.order.id) } else { from = here }
      markets[id] = here
      let now = moment(wall, here)
      // An account that has not come this far has lost its orders, too.
      liquidateIfNeeded(after: id, now)
      guard let order = book.orders[met.order.id], order.status == .open else { continue }
      execute(order, isBeyond: met.isBeyond, &touched, now)
      trail(id, here, now)
    }
    markets[id] = to
    let now = moment(wall, to)
    trail(id, to, now)
    if to.time.hour != hour { settleFunding(id, now) }
    liquidateIfNeeded(after: id, now)
  }

  /// When something happens at `point`: never before what is in the book already.
  private func moment(_ wall: WallTime, _ point: MarketPoint) -> VenueTime {
    VenueTime(wall: wall, market: max(point.time, book.lastMarketTime ?? point.time))
  }

  private mutating func execute(
    _ order: VenueOrder, isBeyond: Bool, _ touched: inout Set<VenueOrderID>, _ now: VenueTime
  ) {
    // A trigger goes off once; the limit order it becomes may be met on the same way.
    guard order.isWaiting else {
      touched.insert(order.id)
      let most = isBeyond ? nil : depth(order.instrument)?.touch(order.side)
      return executeAsMaker(order, most: most, now)
    }
    trigger(order, now)
  }

  /// The open order that the way from `from` to `to` meets first, and where.
  func nearest(
    _ id: InstrumentID, from: MarketPoint, to: MarketPoint, except touched: Set<VenueOrderID> = []
  ) -> (order: VenueOrder, place: PathFraction, isBeyond: Bool)? {
    guard let lane = book.lanes[id] else { return nil }
    var best: (level: OpenLevel, place: PathFraction, isBeyond: Bool)?
    // Best price first happens by itself: it is met first. At one price the earlier order wins.
    for level in lane.open where touched.isEmpty || !touched.contains(level.id) {
      guard let price = level.price else { continue }
      let (start, end) = (from[level.signal], to[level.signal])
      guard
        let place = PathFraction(level: price, isBelow: level.waitsBelow, from: start, to: end)
      else { continue }
      let farthest = level.waitsBelow ? min(start, end) : max(start, end)
      // A price that leaves the level of a resting order has touched it before.
      let isLeaving = start == price && farthest == price && end != price
      if isLeaving && !level.isWaiting { continue }
      if let known = best, !(place < known.place) { continue }
      best = (level, place, farthest != price)
    }
    guard let best, let order = book.orders[best.level.id] else { return nil }
    return (order, best.place, best.isBeyond)
  }

  /// Moves the triggers of trailing stops toward the price, never away from it.
  private mutating func trail(_ id: InstrumentID, _ point: MarketPoint, _ now: VenueTime) {
    for level in book.lanes[id]?.open ?? [] where level.isTrailing {
      guard let order = book.orders[level.id], let trailing = order.trailing,
        let trigger = order.trigger
      else { continue }
      let price = point[order.signal]
      let distance = order.side.sign * trailing.ticks(of: price)
      let moved = Price(ticks: max(1, price.ticks + distance))
      let isBetter = order.side == .sell ? moved > trigger : moved < trigger
      if isBetter { record(.trailed(order.id, trigger: moved), now) }
    }
  }

  /// The trigger goes off: the order is in the market from now on.
  private mutating func trigger(_ order: VenueOrder, _ now: VenueTime) {
    var order = order
    order.isTriggered = true
    order.updatedAt = now.wall
    if let offset = order.limitOffset, let price = markets[order.instrument]?[order.signal] {
      order.limit = Price(ticks: max(1, price.ticks + offset.ticks(of: price)))
    }
    record(.order(order, reason: .triggered, old: nil), now)
    if order.reduceOnly, reducible(order) == .zero {
      return end(order, .cancelled, .wouldNotReduce, now)
    }
    if let word = fundsRefusal(order), let reason = OrderReason(refusal: word) {
      return end(order, .cancelled, reason, now)
    }
    _ = executeAsTaker(order, limit: order.limit, now)
    guard let after = book.orders[order.id], after.status == .open else { return }
    if executable(after) == .zero { return end(after, .cancelled, .wouldNotReduce, now) }
    guard after.limit == nil else {
      return record(.order(after, reason: .limitFromStop, old: nil), now)
    }
    end(after, .cancelled, .iocWouldNotExecute, now)
  }
}

extension MarketPoint {
  package subscript(_ signal: TriggerSignal) -> Price {
    switch signal {
    case .mark: mark
    case .index: index
    case .last: last
    }
  }
}

extension MarketTime {
  /// Hours since 1970; funding is paid when it changes.
  var hour: Int64 { milliseconds / 3_600_000 }
}
