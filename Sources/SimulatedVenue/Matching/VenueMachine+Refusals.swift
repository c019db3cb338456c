import Domain

// Why the venue does not take an order, in its own words; the first that holds is the answer.
extension VenueMachine {
  /// Chosen by us: the venue publishes the words, not the numbers behind them.
  private static let smallOrder = Money(micros: 10_000_000)
  private static let mostSmallOrders = 100
  /// A price that crosses and lies further than this from the mark is taken for a mistake; in
  /// percent.
  private static let collarPercent: Int64 = 50
  /// A price beyond this many ticks, or a distance from one, is none: sums of them never overflow.
  private static let mostTicks: Int64 = 1 << 53

  /// The word with which the venue refuses the order, or the change of `old`; nil when it takes it.
  ///
  /// `cancelsOwn` when the order may cancel what it meets of the same account.
  func refusal(
    _ order: VenueOrder, changing old: VenueOrder? = nil, cancelsOwn: Bool
  ) -> String? {
    guard let contract = book.contracts[order.instrument] else { return "notFound" }
    let condition = book.conditions[order.instrument] ?? MarketCondition()
    guard contract.instrument.tradeable, let depth = depth(order.instrument),
      let point = markets[order.instrument]
    else { return "marketInactive" }
    if condition.isSuspended || halted.contains(order.instrument) { return "marketSuspended" }
    if let word = Self.malformation(order, contract.instrument) { return word }
    let crosses = order.isWaiting ? false : Self.crosses(order, depth)
    if condition.isPostOnly && order.kind != .postOnly && !order.isWaiting {
      return "marketIsPostOnly"
    }
    if crosses, let word = Self.collar(order, point.mark, condition) { return word }
    let meetsOwn = !order.isWaiting && !ownOrders(met: order).isEmpty
    if order.kind == .postOnly && (crosses || meetsOwn) { return "postWouldExecute" }
    if meetsOwn && !cancelsOwn && book.preferences.selfTrade == .rejectTaker { return "selfFill" }
    if order.kind.isImmediate, let word = immediateRefusal(order, depth) { return word }
    if old == nil, let word = smallOrderRefusal(order, contract.instrument) { return word }
    if order.reduceOnly { return reduceOnlyRefusal(order, changing: old) }
    return positionRefusal(order, changing: old) ?? liquidationRefusal(order, point.mark, crosses)
  }

  private static func malformation(_ order: VenueOrder, _ instrument: Instrument) -> String? {
    guard order.quantity > .zero else { return "invalidSize" }
    // Also for what only reduces: sums of lots stay far from overflow.
    guard order.quantity <= instrument.maxPosition else { return "maxPositionViolation" }
    for price in [order.limit, order.trigger].compactMap({ $0 })
    where !(1...mostTicks).contains(price.ticks) {
      return "invalidPrice"
    }
    if let trailing = order.trailing, !isDistance(trailing) { return "invalidPrice" }
    if let offset = order.limitOffset, !isOffset(offset) { return "invalidPrice" }
    switch order.kind {
    case .limit, .postOnly, .immediateOrCancel, .fillOrKill:
      return order.limit == nil ? "invalidPrice" : nil
    case .stop, .takeProfit: return order.trigger == nil ? "invalidPrice" : nil
    case .trailingStop: return order.trailing == nil ? "invalidPrice" : nil
    case .market: return nil
    case .liquidation: return "invalidOrderType"
    }
  }

  /// Whether a trailing stop may stay so far behind the price.
  static func isDistance(_ trailing: PriceOffset) -> Bool {
    switch trailing {
    case .ticks(let ticks): (1...mostTicks).contains(ticks)
    case .millionths(let share): (1..<1_000_000).contains(share)
    }
  }

  private static func isOffset(_ offset: PriceOffset) -> Bool {
    switch offset {
    case .ticks(let ticks): (-mostTicks...mostTicks).contains(ticks)
    case .millionths(let share): (-1_000_000...1_000_000).contains(share)
    }
  }

  static func crosses(_ order: VenueOrder, _ depth: Depth) -> Bool {
    guard let limit = order.limit else { return true }
    return order.side == .buy ? limit >= depth.ask : limit <= depth.bid
  }

  private static func collar(
    _ order: VenueOrder, _ mark: Price, _ condition: MarketCondition
  ) -> String? {
    if let limit = order.limit {
      // In two parts: neither a low price nor a high one loses its collar.
      let room = mark.ticks / 100 * collarPercent + mark.ticks % 100 * collarPercent / 100
      if order.side == .buy ? limit.ticks > mark.ticks + room : limit.ticks < mark.ticks - room {
        return "outsidePriceCollar"
      }
    }
    let worsens: VenueOrder? =
      switch condition.dislocation {
      case .aboveUpperBound where order.side == .buy: order
      case .belowLowerBound where order.side == .sell: order
      default: nil
      }
    return worsens == nil ? nil : "wouldIncreasePriceDislocation"
  }

  private func immediateRefusal(_ order: VenueOrder, _ depth: Depth) -> String? {
    if order.reduceOnly, reducible(order) == .zero { return "wouldNotReducePosition" }
    let limit = order.limit ?? depth.protection(order.side)
    let got = depth.take(order.side, executable(order), limit: limit)
    let sum = got.reduce(Int64(0)) { $0 + $1.1.lots }
    let isEnough = order.kind == .fillOrKill ? sum == order.quantity.lots : sum > 0
    return isEnough ? nil : "iocWouldNotExecute"
  }

  /// Resting orders of the account that the order would execute against: it reaches their price,
  /// and the market has less than it wants at better ones.
  func ownOrders(met order: VenueOrder) -> [VenueOrder] {
    guard let depth = depth(order.instrument), let lane = book.lanes[order.instrument] else {
      return []
    }
    let limit = order.limit ?? depth.protection(order.side)
    func isBetter(_ one: Price, _ other: Price) -> Bool {
      order.side == .buy ? one < other : one > other
    }
    let wanted = executable(order).lots
    return lane.open.compactMap { other in
      guard other.side != order.side, !other.isWaiting, let theirs = other.price,
        !isBetter(limit, theirs), other.number != order.number
      else { return nil }
      let market = depth.offers(to: order.side).filter { isBetter($0.price, theirs) }
        .reduce(0) { $0 + $1.quantity.lots }
      return market < wanted ? book.orders[other.id] : nil
    }
  }

  private func smallOrderRefusal(_ order: VenueOrder, _ instrument: Instrument) -> String? {
    func isSmall(_ order: VenueOrder) -> Bool {
      guard let price = order.limit ?? order.trigger ?? markets[order.instrument]?.last else {
        return false
      }
      let worth = instrument.notional(price, order.unfilled, rounding: .down)
      return worth.map { $0 < Self.smallOrder } ?? false
    }
    guard isSmall(order), !order.kind.isImmediate else { return nil }
    let small = book.openOrders(of: order.instrument).filter(isSmall).count
    return small >= Self.mostSmallOrders ? "tooManySmallOrders" : nil
  }

  // MARK: - Reduce-only

  private func reduceOnlyRefusal(_ order: VenueOrder, changing old: VenueOrder?) -> String? {
    let room = reducible(order).lots
    if order.isWaiting && room == 0 {
      return book.policies.triggerWhileFlat ? nil : "wouldNotReducePosition"
    }
    if !order.isWaiting && room == 0 { return "wouldNotReducePosition" }
    guard let lane = book.lanes[order.instrument] else { return nil }
    var others: Int64
    switch book.policies.reduceOnlySum {
    case .none: return nil
    case .resting:
      if order.isWaiting { return nil }
      others = lane.reducing[order.side]
    case .triggers: others = lane.reducing[order.side] + lane.triggers[order.side]
    }
    if let old, old.status == .open { others -= old.unfilled.lots }
    return others + order.unfilled.lots > room ? "wouldNotReducePosition" : nil
  }

  // MARK: - Money

  func positionRefusal(_ order: VenueOrder, changing old: VenueOrder?) -> String? {
    guard let contract = book.contracts[order.instrument],
      let mark = markets[order.instrument]?.mark
    else { return "marketInactive" }
    let lane = book.lanes[order.instrument] ?? InstrumentBook()
    var entries = lane.entries
    if let old, !old.reduceOnly { entries[old.side] -= old.unfilled.lots }
    entries[order.side] += order.unfilled.lots
    let after = lane.largest(with: entries)
    // Other orders count: each of them alone may only close, and together they reverse.
    guard after > lane.largest(with: lane.entries) else { return nil }
    if after > contract.instrument.maxPosition.lots { return "maxPositionViolation" }
    if let leverage = book.preferences.maxLeverage[order.instrument] {
      let notional = book.value(order.instrument, mark, after)
      let allowed = contract.initialMargin(notional: notional)
      let chosen = Int128(notional.micros) * 1000 / Int128(max(1, leverage))
      if Int128(allowed.micros) > chosen + 1 { return "fixedLeverageTooHigh" }
    }
    let bound = book.initialMarginWithOrders(order.instrument, at: mark)
    let needed = book.initialMargin(order.instrument, lots: after, at: mark) - bound
    return needed > .zero && needed > availableMargin ? "insufficientAvailableFunds" : nil
  }

  /// Whether the account, had the order executed at its own worst price, would be liquidated.
  private func liquidationRefusal(
    _ order: VenueOrder, _ mark: Price, _ crosses: Bool
  ) -> String? {
    guard crosses, let limit = order.limit,
      let contract = book.contracts[order.instrument]
    else { return nil }
    let lots = order.unfilled.lots
    let worse = order.side == .buy ? limit > mark : limit < mark
    guard worse else { return nil }
    let before = abs(book.position(order.instrument))
    let after = abs(book.position(order.instrument) + order.side.sign * lots)
    // Whoever closes may do so at any price.
    guard after > before else { return nil }
    let paid = book.value(order.instrument, limit, lots)
    let worth = book.value(order.instrument, mark, lots)
    let loss = order.side == .buy ? paid - worth : worth - paid
    let left = marginEquity - loss - contract.fee(notional: paid, isMaker: false)
    let margin =
      maintenanceMargin
      - book.maintenanceMargin(order.instrument, lots: before, at: mark)
      + book.maintenanceMargin(order.instrument, lots: after, at: mark)
    return left < margin ? "wouldCauseLiquidation" : nil
  }

  /// Whether the account can still pay for an order that is in the book already.
  func fundsRefusal(_ order: VenueOrder) -> String? {
    guard !order.reduceOnly else { return nil }
    let position = book.position(order.instrument)
    let enlarges = abs(position + order.side.sign * order.unfilled.lots) > abs(position)
    return enlarges && availableMargin < .zero ? "insufficientAvailableFunds" : nil
  }
}
