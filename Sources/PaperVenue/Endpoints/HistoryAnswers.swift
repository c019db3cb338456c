import Domain
import SimulatedVenue

/// What became of orders: the short look-up and the long record.
enum HistoryAnswers {
  /// How long after its end the look-up still knows an order.
  private static let lookupMilliseconds: Int64 = 5000
  private static let mostEvents = 1000

  static func status(_ call: EndpointCall, _ state: VenueCore.State) -> VenueHTTPResponse {
    let book = state.machine.book
    let asked =
      call.parameters("orderIds").map { book.orders[VenueOrderID(unchecked: $0)] }
      + call.parameters("cliOrdIds").map { book.order(named: $0) }
    let orders = asked.compactMap { $0 }.filter { order in
      order.status == .open
        || call.now.wall.milliseconds - order.updatedAt.milliseconds <= lookupMilliseconds
    }
    return call.success(
      "orders",
      .list(
        orders.compactMap { order in
          guard let instrument = book.instruments[order.instrument] else { return nil }
          return .members([
            "order": lookup(order, instrument), "status": .text(word(order)),
            "updateReason": .null, "error": .null,
          ])
        }))
  }

  private static func lookup(_ order: VenueOrder, _ instrument: Instrument) -> JSON {
    .members([
      "type": .text(order.kind.isTrigger ? "TRIGGER_ORDER" : "ORDER"),
      "orderId": .text(order.id.text), "cliOrdId": order.clientOrderID.map { .text($0) } ?? .null,
      "symbol": .text(order.instrument.symbol), "side": .text(order.side.rawValue),
      "quantity": Spelling.quantity(order.quantity, instrument),
      "filled": Spelling.quantity(order.filled, instrument),
      "limitPrice": order.limit.map { Spelling.price($0, instrument) },
      "reduceOnly": .flag(order.reduceOnly), "timestamp": .text(Spelling.time(order.receivedAt)),
      "lastUpdateTimestamp": .text(Spelling.time(order.updatedAt)),
    ])
  }

  private static func word(_ order: VenueOrder) -> String {
    switch order.status {
    case .open: order.kind.isTrigger ? "TRIGGER_PLACED" : "ENTERED_BOOK"
    case .filled: "FULLY_EXECUTED"
    case .cancelled: "CANCELLED"
    case .rejected: "REJECTED"
    }
  }

  static func orders(_ call: EndpointCall, _ state: VenueCore.State) -> VenueHTTPResponse {
    let book = state.machine.book
    let since = call.parameter("since").flatMap { Int64($0) } ?? 0
    let before = call.parameter("before").flatMap { Int64($0) } ?? .max
    let count = call.parameter("count").flatMap { Int($0) } ?? mostEvents
    let elements = book.received.compactMap { book.orders[$0] }
      .flatMap { events($0, book) }
      .filter { (since...max(since, before)).contains($0.time) }
      .sorted { $0.time < $1.time }
    let isAscending = call.parameter("sort") == "asc"
    let page = (isAscending ? elements : elements.reversed())
      .prefix(min(max(1, count), mostEvents))
    return VenueHTTPResponse(
      .members([
        "elements": .list(page.map(\.json)),
        "accountUid": .text("00000000-0000-4000-8000-000000000000"),
        "len": .text(String(page.count)), "serverTime": .text(Spelling.time(call.now.wall)),
      ]))
  }

  private struct Element {
    let time: Int64
    let json: JSON
  }

  /// How it was received and how it ended.
  private static func events(_ order: VenueOrder, _ book: VenueBook) -> [Element] {
    guard let instrument = book.instruments[order.instrument] else { return [] }
    func element(_ kind: String, _ time: WallTime, _ members: [JSON.Member]) -> Element {
      Element(
        time: time.milliseconds,
        json: .members([
          "uid": .text("\(order.id.text)-\(kind)"),
          "timestamp": .text(String(time.milliseconds)),
          "event": .object([.init(name: kind, value: .object(members))]),
        ]))
    }
    func member(_ name: String, _ value: JSON) -> JSON.Member { .init(name: name, value: value) }
    let now = history(order, instrument)
    if order.status == .rejected {
      return [
        element(
          "OrderRejected", order.receivedAt,
          [member("order", now), member("orderError", .text(order.word))])
      ]
    }
    var fresh = order
    fresh.filled = .zero
    let placed = element(
      "OrderPlaced", order.receivedAt,
      [member("order", history(fresh, instrument)), member("reason", .text("new_user_order"))])
    switch order.status {
    case .filled:
      let filled = [
        member("oldOrder", now), member("newOrder", now), member("reason", .text("full_fill")),
      ]
      return [placed, element("OrderUpdated", order.updatedAt, filled)]
    case .cancelled:
      let cancelled = [member("order", now), member("reason", .text("cancelled_by_user"))]
      return [placed, element("OrderCancelled", order.updatedAt, cancelled)]
    case .open, .rejected: return [placed]
    }
  }

  private static func historyWord(_ kind: VenueOrderKind) -> String {
    switch kind {
    case .limit: "Limit"
    case .postOnly: "PostOnly"
    case .immediateOrCancel: "IoC"
    case .market: "Market"
    case .stop: "Stop"
    case .takeProfit: "TakeProfit"
    }
  }

  /// In the history `quantity` is what is left.
  private static func history(_ order: VenueOrder, _ instrument: Instrument) -> JSON {
    .members([
      "uid": .text(order.id.text), "tradeable": .text(order.instrument.symbol),
      "direction": .text(order.side == .buy ? "Buy" : "Sell"),
      "quantity": .text(instrument.text(order.unfilled)),
      "filled": .text(instrument.text(order.filled)),
      "timestamp": .text(String(order.receivedAt.milliseconds)),
      "limitPrice": .text(order.limit.map(instrument.text) ?? "0"),
      "orderType": .text(historyWord(order.kind)), "clientId": .text(order.clientOrderID ?? ""),
      "reduceOnly": .flag(order.reduceOnly),
      "lastUpdateTimestamp": .text(String(order.updatedAt.milliseconds)),
    ])
  }
}
