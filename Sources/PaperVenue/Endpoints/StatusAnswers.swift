import Domain
import SimulatedVenue

/// `orders/status`: what became of orders, as long as the look-up still knows them.
enum StatusAnswers {
  static let endpoints = [
    Endpoint(reading: "orders/status", ["GET", "POST"]) { status($0, $1) }
  ]

  /// Without an id: every order that is known.
  private static func status(
    _ call: EndpointCall, _ state: VenueCore.State
  ) -> VenueHTTPResponse {
    let book = state.machine.book
    let ids = call.parameters("orderIds")
    let names = call.parameters("cliOrdIds")
    var orders: [VenueOrder] = []
    if ids.isEmpty && names.isEmpty {
      orders = book.openOrders + newest(book, call.now.wall)
    } else {
      guard ids.allSatisfy({ $0.utf8.count <= 36 }) else {
        return VenueHTTPResponse(ErrorBody.badRequest("UUID string too large"), status: 400)
      }
      orders =
        ids.compactMap { book.orders[VenueOrderID(unchecked: $0)] }
        + names.compactMap { book.order(named: $0) }
    }
    let isFillsOnly = book.policies.immediateOrders == .fillsOnly
    var seen: Set<VenueOrderID> = []
    let shown = orders.filter { seen.insert($0.id).inserted }.filter { order in
      !(isFillsOnly && executedAtOnce(order))
        && (order.status == .open || isRecent(order, book.policies, call.now.wall))
    }
    return call.success("orders", .list(shown.compactMap { entry($0, book) }))
  }

  /// Whether the order never rested: it was over in the moment in which it came.
  private static func executedAtOnce(_ order: VenueOrder) -> Bool {
    order.kind.isImmediate
      || order.kind == .limit && order.status == .filled && order.updatedAt == order.receivedAt
  }

  private static func isRecent(
    _ order: VenueOrder, _ policies: VenuePolicies, _ now: WallTime
  ) -> Bool {
    now.milliseconds - order.updatedAt.milliseconds <= policies.lookupMilliseconds
  }

  private static func newest(_ book: VenueBook, _ now: WallTime) -> [VenueOrder] {
    Array(book.finishedOrders.prefix { isRecent($0, book.policies, now) })
  }

  private static func entry(_ order: VenueOrder, _ book: VenueBook) -> JSON? {
    guard let contract = book.contracts[order.instrument] else { return nil }
    return .members([
      "order": lookup(order, contract), "status": .text(word(order)),
      "updateReason": reason(order).map { .text($0) } ?? .null,
      "error": error(order).map { .text($0) } ?? .null,
    ])
  }

  private static func lookup(_ order: VenueOrder, _ contract: VenueContract) -> JSON {
    .members([
      "type": .text(order.isWaiting ? "TRIGGER_ORDER" : "ORDER"),
      "orderId": .text(order.id.text), "cliOrdId": order.clientOrderID.map { .text($0) } ?? .null,
      "symbol": .text(contract.symbol), "side": .text(order.side.rawValue),
      "quantity": Spelling.quantity(order.quantity, contract),
      "filled": order.isWaiting ? .null : Spelling.quantity(order.filled, contract),
      "limitPrice": order.limit.map { Spelling.price($0, contract) } ?? .null,
      "reduceOnly": .flag(order.reduceOnly), "timestamp": .text(Spelling.time(order.receivedAt)),
      "lastUpdateTimestamp": .text(Spelling.time(order.updatedAt)),
      "priceTriggerOptions": order.isWaiting ? options(order, contract) : .null,
      "triggerTime": .null,
    ])
  }

  private static func options(_ order: VenueOrder, _ contract: VenueContract) -> JSON {
    .members([
      "triggerPrice": order.trigger.map { Spelling.price($0, contract) } ?? .null,
      "triggerSide": .text(OrderSpelling.isBelow(order) ? "TRIGGER_BELOW" : "TRIGGER_ABOVE"),
      "triggerSignal": .text(
        order.signal == .index ? "SPOT_PRICE" : "\(order.signal.rawValue.uppercased())_PRICE"),
    ])
  }

  private static func word(_ order: VenueOrder) -> String {
    switch order.status {
    case .open: order.isWaiting ? "TRIGGER_PLACED" : "ENTERED_BOOK"
    case .filled: "FULLY_EXECUTED"
    case .cancelled: "CANCELLED"
    case .rejected: "REJECTED"
    }
  }

  private static func reason(_ order: VenueOrder) -> String? {
    switch order.status {
    case .open where order.filled > .zero: "PARTIAL_FILL"
    case .open, .rejected: nil
    case .filled: "FULL_FILL"
    case .cancelled: "CANCELLED_BY_USER"
    }
  }

  /// The words of the look-up are those of `sendStatus` in capitals.
  private static func error(_ order: VenueOrder) -> String? {
    guard order.status == .rejected else { return nil }
    return Spelling.capitals(order.word)
  }
}
