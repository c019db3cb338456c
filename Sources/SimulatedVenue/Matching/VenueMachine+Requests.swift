package import Domain

// What clients ask for: placing, cancelling and editing. Words are the venue's own.
extension VenueMachine {
  /// Places an order; nil when it is held in the gateway, and its answer comes from `advance` under
  /// the same ticket.
  package mutating func place(
    _ request: OrderRequest, ticket: Int64 = 0, now: VenueTime
  ) -> VenueResult? {
    if let word = nameRefusal(request.clientOrderID) {
      if word == "clientOrderIdAlreadyExist", let client = request.clientOrderID {
        record(.repeated(client: client), now)
      }
      return VenueResult(word: word, order: nil)
    }
    let hold = holdTime(request.instrument, isPostOnly: request.kind == .postOnly)
    guard hold > 0 else {
      if isLate(request.processBefore, now) { return refuse(request, Self.late, now) }
      return take(request, nextOrder(), now)
    }
    if book.policies.deadline == .receipt, isLate(request.processBefore, now) {
      return refuse(request, Self.late, now)
    }
    guard held.count < Self.mostHeld else { return refuse(request, "tooManyOrders", now) }
    held.append(
      HeldRequest(
        ticket: ticket, releasedAt: now.wall.advanced(byMilliseconds: hold), order: nextOrder(),
        action: .place(request)))
    return nil
  }

  private static let late = "wouldProcessAfterSpecifiedTime"

  package func isLate(_ deadline: WallTime?, _ now: VenueTime) -> Bool {
    deadline.map { $0 < now.wall } ?? false
  }

  private func nameRefusal(_ client: String?) -> String? {
    guard let client else { return nil }
    if client.utf8.count > Self.longestClientOrderID { return "clientOrderIdTooBig" }
    guard !client.isEmpty, client.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      return "clientOrderIdInvalid"
    }
    let isHeld = held.contains { $0.client == client }
    return isHeld || book.isTaken(client) ? "clientOrderIdAlreadyExist" : nil
  }

  private mutating func refuse(
    _ request: OrderRequest, _ word: String, _ now: VenueTime
  ) -> VenueResult {
    reject(request, nextOrder(), word, now)
  }

  mutating func reject(
    _ request: OrderRequest, _ issued: (id: VenueOrderID, number: Int64), _ word: String,
    _ now: VenueTime
  ) -> VenueResult {
    let order = order(request, issued, .rejected, word, now)
    record(.order(order, reason: OrderReason(refusal: word), old: nil), now)
    return VenueResult(word: word, order: order)
  }

  // MARK: - Taking an order

  /// The order reaches the matching engine.
  ///
  /// One that `isReleased` from the gateway cancels what it meets of the same account, whatever the
  /// self-trade strategy says; if it `isCancelled` meanwhile, nothing of it may rest.
  mutating func take(
    _ request: OrderRequest, _ issued: (id: VenueOrderID, number: Int64),
    isReleased: Bool = false, isCancelled: Bool = false, _ now: VenueTime
  ) -> VenueResult {
    var order = order(request, issued, .open, "placed", now)
    if order.kind == .trailingStop, let trailing = order.trailing, Self.isDistance(trailing),
      let price = markets[order.instrument]?[order.signal]
    {
      let distance = order.side.sign * trailing.ticks(of: price)
      order.trigger = Price(ticks: max(1, price.ticks + distance))
    }
    let word =
      book.openCount >= Self.mostOpenOrders && !order.kind.isImmediate
      ? "tooManyOrders" : refusal(order, cancelsOwn: isReleased)
    if let word { return reject(request, issued, word, now) }
    record(.order(order, reason: .placed, old: nil), now)
    var fills: [VenueFill] = []
    if !order.isWaiting {
      fills = executeOnArrival(order, mayRest: !isCancelled, now)
    } else if isCancelled {
      end(order, .cancelled, .iocWouldNotExecute, now)
    }
    let after = book.orders[order.id] ?? order
    let isRestLost = isCancelled && after.status != .filled
    return VenueResult(
      word: isRestLost ? "iocWouldNotExecute" : answer(after, fills), order: after, fills: fills)
  }

  private func answer(_ order: VenueOrder, _ fills: [VenueFill]) -> String {
    guard book.policies.executedWord == .exact, !fills.isEmpty else { return "placed" }
    return order.status == .filled ? "filled" : "partiallyFilled"
  }

  /// What crosses executes at once; what is left rests or, for an order that may not, ends.
  private mutating func executeOnArrival(
    _ order: VenueOrder, mayRest: Bool, _ now: VenueTime
  ) -> [VenueFill] {
    for other in ownOrders(met: order) { end(other, .cancelled, .wouldExecuteSelf, now) }
    let fills = executeAsTaker(order, limit: order.limit, now)
    guard let after = book.orders[order.id], after.status == .open else { return fills }
    if after.reduceOnly, executable(after) == .zero {
      end(after, .cancelled, .wouldNotReduce, now)
    } else if after.kind.isImmediate || !mayRest {
      end(after, .cancelled, fills.isEmpty ? .iocWouldNotExecute : .partialFill, now)
    }
    return fills
  }

  func order(
    _ request: OrderRequest, _ issued: (id: VenueOrderID, number: Int64),
    _ status: VenueOrderStatus, _ word: String, _ now: VenueTime
  ) -> VenueOrder {
    VenueOrder(
      id: issued.id, number: issued.number, clientOrderID: request.clientOrderID,
      instrument: request.instrument, side: request.side, kind: request.kind,
      limit: request.limit, trigger: request.trigger, signal: request.signal,
      trailing: request.trailing, limitOffset: request.limitOffset, quantity: request.quantity,
      reduceOnly: request.reduceOnly, receivedAt: now.wall, updatedAt: now.wall, status: status,
      word: word)
  }

  // MARK: - Cancelling

  /// Cancels an order.
  ///
  /// One that is held is acknowledged as cancelled and may yet execute.
  package mutating func cancel(
    _ name: OrderName, processBefore: WallTime? = nil, now: VenueTime
  ) -> VenueResult {
    if isLate(processBefore, now) { return VenueResult(word: Self.late, order: nil) }
    if let index = held.firstIndex(where: { $0.isNamed(name) }) {
      held[index].isCancelled = true
      return VenueResult(word: "cancelled", order: nil)
    }
    guard let order = find(name), order.status != .rejected else {
      return VenueResult(word: "notFound", order: nil)
    }
    switch order.status {
    case .filled: return VenueResult(word: "filled", order: order)
    case .cancelled, .rejected: return VenueResult(word: "notFound", order: order)
    case .open:
      end(order, .cancelled, .cancelled, now)
      return VenueResult(word: "cancelled", order: book.orders[order.id])
    }
  }

  /// Cancels every open order, or those of one contract; held ones are not touched.
  package mutating func cancelAll(
    _ id: InstrumentID? = nil, reason: OrderReason = .cancelled, now: VenueTime
  ) -> [VenueOrder] {
    book.openOrders.filter { id == nil || $0.instrument == id }.compactMap { order in
      end(order, .cancelled, reason, now)
      return book.orders[order.id]
    }
  }

  /// The order of that name; an open one before one that is over.
  package func find(_ name: OrderName) -> VenueOrder? {
    switch name {
    case .venue(let id): book.orders[id]
    case .client(let client): book.order(named: client)
    }
  }

  // MARK: - Dead man's switch

  /// Cancels everything after so many seconds unless it is set again; 0 switches it off.
  package mutating func setDeadMan(seconds: Int64, now: VenueTime) -> WallTime? {
    let bounded = min(seconds, Self.longestDeadMan)
    let time = bounded > 0 ? now.wall.advanced(byMilliseconds: bounded * 1000) : nil
    record(.deadMan(time), now)
    return time
  }
}
