import Domain
import SimulatedVenue

/// How the venue spells what became of an order: the status objects and `orderEvents`.
enum OrderSpelling {
  static func sendStatus(_ result: VenueResult, _ call: EndpointCall, _ book: VenueBook) -> JSON {
    .members([
      "order_id": result.order.map { .text($0.id.text) }, "status": .text(result.word),
      "cliOrdId": result.order?.clientOrderID.map { .text($0) },
      "receivedTime": .text(Spelling.time(result.order?.receivedAt ?? call.now.wall)),
      "orderEvents": .list(events(result, book)),
    ])
  }

  static func editStatus(_ result: VenueResult, _ call: EndpointCall, _ book: VenueBook) -> JSON {
    .members([
      "status": .text(result.word), "orderId": result.order.map { .text($0.id.text) },
      "cliOrdId": result.order?.clientOrderID.map { .text($0) },
      "receivedTime": .text(Spelling.time(call.now.wall)),
      "orderEvents": .list(events(result, book)),
    ])
  }

  static func cancelStatus(
    _ result: VenueResult, _ name: OrderName, _ call: EndpointCall, _ book: VenueBook
  ) -> JSON {
    var asked: (order: JSON?, client: JSON?) = (nil, nil)
    switch name {
    case .venue(let id): asked.order = .text(id.text)
    case .client(let client): asked.client = .text(client)
    }
    let isCancelled = result.word == "cancelled"
    return .members([
      "status": .text(result.word),
      "order_id": result.order.map { .text($0.id.text) } ?? asked.order,
      "cliOrdId": result.order?.clientOrderID.map { .text($0) } ?? asked.client,
      "receivedTime": .text(Spelling.time(call.now.wall)),
      "orderEvents": .list(
        isCancelled ? [result.order.flatMap { cancelEvent($0, book) }].compactMap { $0 } : []),
    ])
  }

  /// Nil for an order whose contract is not listed.
  static func cancelEvent(_ order: VenueOrder, _ book: VenueBook) -> JSON? {
    guard let contract = book.contracts[order.instrument] else { return nil }
    // A trigger that never went off is cancelled as the order it would have been.
    return .members([
      "type": .text("CANCEL"), "uid": .text(order.id.text),
      order.isWaiting ? "orderTrigger" : "order": order.isWaiting
        ? trigger(order, contract) : self.order(order, contract),
    ])
  }

  static func events(_ result: VenueResult, _ book: VenueBook) -> [JSON] {
    guard let order = result.order,
      let contract = book.contracts[order.instrument]
    else { return [] }
    let executions = executions(result.fills, order, contract)
    if let reason = rejection(result.word) {
      return [
        .members([
          "type": .text("REJECT"), "uid": .text(order.id.text), "reason": .text(reason),
          "order": self.order(order, contract),
        ])
      ]
    }
    if result.word == "edited", let old = result.old {
      let edit = JSON.members([
        "type": .text("EDIT"), "old": spelled(old, contract),
        "new": spelled(order, contract),
      ])
      return [edit] + executions
    }
    guard ["placed", "partiallyFilled", "filled"].contains(result.word) else { return executions }
    // What executed at once and whole was never placed in the book.
    guard order.isWaiting || order.status == .open else { return executions }
    let name = order.isWaiting ? "orderTrigger" : "order"
    var fresh = order
    fresh.filled = order.filled - result.fills.reduce(.zero) { $0 + $1.quantity }
    let place = JSON.members([
      "type": .text("PLACE"),
      name: order.isWaiting ? trigger(order, contract) : self.order(order, contract),
      "reducedQuantity": .null,
    ])
    return executions + [place]
  }

  private static func rejection(_ word: String) -> String? {
    switch word {
    case "iocWouldNotExecute": "IOC_WOULD_NOT_EXECUTE"
    case "postWouldExecute": "POST_WOULD_EXECUTE"
    default: nil
    }
  }

  /// Each execution with the order as it was before it.
  private static func executions(
    _ fills: [VenueFill], _ order: VenueOrder, _ contract: VenueContract
  ) -> [JSON] {
    var before = order
    let sum = fills.reduce(Quantity.zero) { $0 + $1.quantity }
    before.filled = order.filled - sum
    return fills.map { fill in
      defer { before.filled = before.filled + fill.quantity }
      return .members([
        "type": .text("EXECUTION"), "executionId": .text(fill.id.text),
        "price": Spelling.price(fill.price, contract),
        "amount": Spelling.quantity(fill.quantity, contract),
        "orderPriorEdit": .null,
        "orderPriorExecution": self.order(before, contract),
        "takerReducedQuantity": .null,
      ])
    }
  }

  // MARK: - Orders

  private static func spelled(_ order: VenueOrder, _ contract: VenueContract) -> JSON {
    order.isWaiting ? trigger(order, contract) : self.order(order, contract)
  }

  /// The order as it stands in `orderEvents` and in look-ups.
  static func order(_ order: VenueOrder, _ contract: VenueContract) -> JSON {
    .members([
      "orderId": .text(order.id.text), "cliOrdId": order.clientOrderID.map { .text($0) } ?? .null,
      "type": .text(type(order)), "symbol": .text(contract.symbol),
      "side": .text(order.side.rawValue),
      "quantity": Spelling.quantity(order.quantity, contract),
      "filled": Spelling.quantity(order.filled, contract),
      "limitPrice": order.limit.map { Spelling.price($0, contract) },
      "stopPrice": order.trigger.map { Spelling.price($0, contract) },
      "reduceOnly": .flag(order.reduceOnly), "timestamp": .text(Spelling.time(order.receivedAt)),
      "lastUpdateTimestamp": .text(Spelling.time(order.updatedAt)),
    ])
  }

  /// The venue has no word for a market order here: it is an IOC with protection.
  private static func type(_ order: VenueOrder) -> String {
    switch order.kind {
    case .market: "ioc"
    case .stop, .takeProfit, .trailingStop:
      order.isTriggered ? (order.limit == nil ? "ioc" : "lmt") : "stp"
    default: order.kind.rawValue
    }
  }

  /// The order as a trigger that waits.
  static func trigger(_ order: VenueOrder, _ contract: VenueContract) -> JSON {
    .members([
      "uid": .text(order.id.text), "clientId": order.clientOrderID.map { .text($0) } ?? .null,
      "type": .text(order.limit == nil ? "ioc" : "lmt"),
      "symbol": .text(contract.symbol), "side": .text(order.side.rawValue),
      "quantity": Spelling.quantity(order.unfilled, contract),
      "limitPrice": order.limit.map { Spelling.price($0, contract) } ?? .null,
      "triggerPrice": order.trigger.map { Spelling.price($0, contract) },
      "triggerSide": .text(isBelow(order) ? "trigger_below" : "trigger_above"),
      "triggerSignal": .text(
        order.signal == .index ? "spot_price" : "\(order.signal.rawValue)_price"),
      "reduceOnly": .flag(order.reduceOnly), "timestamp": .text(Spelling.time(order.receivedAt)),
      "lastUpdateTimestamp": .text(Spelling.time(order.updatedAt)),
    ])
  }

  /// Whether the trigger goes off at or below its price.
  static func isBelow(_ order: VenueOrder) -> Bool {
    order.side == (order.kind == .takeProfit ? .buy : .sell)
  }
}
