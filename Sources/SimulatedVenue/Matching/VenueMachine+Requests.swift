package import Domain

// What clients ask for: placing, cancelling and editing. Words are the venue's own.
extension VenueMachine {
  package mutating func place(_ request: OrderRequest, now: VenueTime) -> VenueResult {
    if let client = request.clientOrderID {
      guard client.utf8.count <= Self.longestClientOrderID else {
        return VenueResult(word: "clientOrderIdTooBig", order: nil)
      }
      guard book.reserved[client] == nil else {
        record(.repeated(client: client, now.wall))
        return VenueResult(word: "clientOrderIdAlreadyExist", order: nil)
      }
    }
    if book.open.count >= Self.mostOpenOrders { return reject(request, "tooManyOrders", now) }
    if let word = refusal(request, now) { return reject(request, word, now) }
    let order = order(request, status: .open, word: "placed", now)
    record(.order(order))
    let fills = order.kind.isTrigger ? [] : executeOnArrival(order, now)
    return VenueResult(word: "placed", order: book.orders[order.id] ?? order, fills: fills)
  }

  /// What crosses executes at once; what is left rests or, for an order that may not, ends.
  private mutating func executeOnArrival(_ order: VenueOrder, _ now: VenueTime) -> [VenueFill] {
    let fills = executeAsTaker(order, limit: order.limit, now)
    let filled = fills.reduce(Quantity.zero) { $0 + $1.quantity }
    if filled == order.unfilled {
      record(.ended(order.id, .filled, now.wall))
    } else if order.kind == .immediateOrCancel || order.kind == .market {
      record(.ended(order.id, .cancelled, now.wall))
    }
    return fills
  }

  /// The word with which the venue refuses the order, or the change of `old` into it; nil when it
  /// takes it.
  private func refusal(
    _ request: OrderRequest, changing old: VenueOrder? = nil, _ now: VenueTime
  ) -> String? {
    if let deadline = request.processBefore, deadline < now.wall {
      return "wouldProcessAfterSpecifiedTime"
    }
    guard let instrument = book.instruments[request.instrument] else { return "notFound" }
    guard instrument.tradeable else { return "marketSuspended" }
    guard let last = prices[request.instrument] else { return "marketInactive" }
    guard request.quantity > .zero else { return "invalidSize" }
    // Also for what only reduces: sums of lots stay far from overflow.
    guard request.quantity <= instrument.maxPosition else { return "maxPositionViolation" }
    let needsLimit = [.limit, .postOnly, .immediateOrCancel].contains(request.kind)
    for price in [request.limit, request.trigger].compactMap({ $0 }) where price.ticks <= 0 {
      return "invalidPrice"
    }
    if needsLimit && request.limit == nil { return "invalidPrice" }
    if request.kind.isTrigger && request.trigger == nil { return "invalidPrice" }
    let depth = Depth(instrument: instrument, last: last)
    return refusal(request, changing: old, instrument, depth, now)
  }

  private func refusal(
    _ request: OrderRequest, changing old: VenueOrder?, _ instrument: Instrument, _ depth: Depth,
    _ now: VenueTime
  ) -> String? {
    let order = order(request, status: .open, word: "", now)
    let crosses = request.limit.map { limit in
      request.side == .buy ? limit >= depth.ask : limit <= depth.bid
    }
    if request.kind == .postOnly, crosses == true { return "postWouldExecute" }
    if request.kind == .immediateOrCancel, crosses == false { return "iocWouldNotExecute" }
    if crosses != false, !request.kind.isTrigger, wouldMeetOwn(request) { return "selfFill" }
    guard !request.reduceOnly else {
      // A trigger may wait for a position; anything else needs one now.
      let isIdle = reducible(order) == .zero
      return isIdle && !request.kind.isTrigger ? "wouldNotReducePosition" : nil
    }
    let after = abs(book.position(request.instrument) + request.side.sign * request.quantity.lots)
    if after > instrument.maxPosition.lots { return "maxPositionViolation" }
    let enlarges = after > abs(book.position(request.instrument))
    let needed = instrument.margin(request.limit ?? depth.last, request.quantity)
    let freed = old.map { instrument.margin(depth.last, $0.unfilled) } ?? .zero
    return enlarges && needed > availableMargin + freed ? "insufficientAvailableFunds" : nil
  }

  /// Whether an order of the same account rests where the request would execute.
  private func wouldMeetOwn(_ request: OrderRequest) -> Bool {
    book.openOrders.contains { other in
      guard other.instrument == request.instrument, other.side != request.side,
        !other.kind.isTrigger, let theirs = other.limit
      else { return false }
      guard let limit = request.limit else { return true }
      return request.side == .buy ? limit >= theirs : limit <= theirs
    }
  }

  private mutating func reject(
    _ request: OrderRequest, _ word: String, _ now: VenueTime
  ) -> VenueResult {
    let order = order(request, status: .rejected, word: word, now)
    record(.order(order))
    return VenueResult(word: word, order: order)
  }

  private func order(
    _ request: OrderRequest, status: VenueOrderStatus, word: String, _ now: VenueTime
  ) -> VenueOrder {
    VenueOrder(
      id: nextOrderID, clientOrderID: request.clientOrderID, instrument: request.instrument,
      side: request.side, kind: request.kind, limit: request.limit, trigger: request.trigger,
      quantity: request.quantity, reduceOnly: request.reduceOnly, receivedAt: now.wall,
      updatedAt: now.wall, status: status, word: word)
  }

  // MARK: - Changing

  package mutating func cancel(_ id: VenueOrderID?, now: VenueTime) -> VenueResult {
    guard let id, let order = book.orders[id], order.status != .rejected else {
      return VenueResult(word: "notFound", order: nil)
    }
    switch order.status {
    case .filled: return VenueResult(word: "filled", order: order)
    case .cancelled, .rejected: return VenueResult(word: "notFound", order: order)
    case .open:
      record(.ended(id, .cancelled, now.wall))
      return VenueResult(word: "cancelled", order: book.orders[id])
    }
  }

  /// Changes an open order; `quantity` is the total with fills, or of the open part when
  /// `isRelative`.
  package mutating func edit(
    _ id: VenueOrderID?, quantity: Quantity?, isRelative: Bool, limit: Price?, trigger: Price?,
    now: VenueTime
  ) -> VenueResult {
    guard let id, let order = book.orders[id], order.status == .open else {
      return VenueResult(word: "orderForEditNotFound", order: nil)
    }
    // A sum of two quantities the parser took could overflow.
    if let quantity, quantity.lots > Int64.max / 4 {
      return VenueResult(word: "invalidSize", order: order)
    }
    let total = quantity.map { isRelative ? $0 + order.filled : $0 } ?? order.quantity
    guard total > order.filled else { return VenueResult(word: "invalidSize", order: order) }
    if trigger != nil && !order.kind.isTrigger {
      return VenueResult(word: "orderForEditNotAStop", order: order)
    }
    let request = OrderRequest(
      instrument: order.instrument, side: order.side, kind: order.kind,
      limit: limit ?? order.limit, trigger: trigger ?? order.trigger,
      quantity: total - order.filled, reduceOnly: order.reduceOnly)
    if let word = refusal(request, changing: order, now) {
      return VenueResult(word: word, order: order)
    }
    record(
      .edited(
        id, quantity: total, limit: limit ?? order.limit, trigger: trigger ?? order.trigger,
        now.wall))
    guard let edited = book.orders[id], !edited.kind.isTrigger else {
      return VenueResult(word: "edited", order: book.orders[id])
    }
    // An edited limit may cross now.
    let fills = executeOnArrival(edited, now)
    return VenueResult(word: "edited", order: book.orders[id], fills: fills)
  }
}
