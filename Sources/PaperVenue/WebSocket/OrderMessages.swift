import Domain
import SimulatedVenue

/// The messages of the feeds of open orders and fills.
enum OrderMessages {
  static func snapshot(
    _ feed: WebSocketFeed, _ account: String, _ orders: [JSON]
  ) -> JSON {
    .members([
      "feed": .text("\(feed.rawValue)_snapshot"), "account": .text(account),
      "orders": .list(orders),
    ])
  }

  /// The order as it stands in a snapshot or a change; `qty` is what is left of it.
  static func order(_ order: VenueOrder, _ instrument: Instrument) -> JSON {
    .members([
      "instrument": .text(order.instrument.symbol),
      "time": .integer(order.receivedAt.milliseconds),
      "last_update_time": .integer(order.updatedAt.milliseconds),
      "qty": Spelling.quantity(order.unfilled, instrument),
      "filled": Spelling.quantity(order.filled, instrument),
      "limit_price": order.kind.isTrigger && order.limit == nil
        ? nil : order.limit.map { Spelling.price($0, instrument) } ?? .number("0"),
      "stop_price": order.trigger.map { Spelling.price($0, instrument) } ?? .number("0"),
      "type": .text(type(order.kind)), "order_id": .text(order.id.text),
      "cli_ord_id": order.clientOrderID.map { .text($0) },
      "direction": .number(order.side == .buy ? "0" : "1"),
      "reduce_only": .flag(order.reduceOnly),
      "triggerSignal": order.kind.isTrigger ? .text("mark") : nil,
    ])
  }

  /// A change of an order; one that only ends it names the order and no more.
  static func change(
    _ feed: WebSocketFeed, _ change: OrderChange, _ instrument: Instrument
  ) -> JSON {
    let isFill = change.reason == "full_fill" || change.reason == "partial_fill"
    guard change.isCancel, !isFill, !isRefusedPost(change) else {
      return .members([
        "feed": .text(feed.rawValue), "order": order(change.order, instrument),
        "is_cancel": .flag(change.isCancel), "reason": .text(change.reason),
      ])
    }
    return .members([
      "feed": .text(feed.rawValue), "order_id": .text(change.order.id.text),
      "cli_ord_id": change.order.clientOrderID.map { .text($0) },
      "is_cancel": .flag(true), "reason": .text(change.reason),
    ])
  }

  /// A post-only order that would have traded: only the verbose feed tells of it.
  static func isRefusedPost(_ change: OrderChange) -> Bool {
    change.reason.hasPrefix("post_order_failed")
  }

  static func fillsSnapshot(_ account: String, _ fills: [JSON]) -> JSON {
    .members([
      "feed": .text("fills_snapshot"), "account": .text(account), "fills": .list(fills),
    ])
  }

  static func fills(_ account: String, _ fills: [JSON]) -> JSON {
    .members(["feed": .text("fills"), "username": .text(account), "fills": .list(fills)])
  }

  static func fill(_ report: FillReport, sequence: Int64, _ instrument: Instrument) -> JSON {
    let fill = report.fill
    let type = executedType(report.kind)
    return .members([
      "instrument": .text(fill.instrument.symbol), "time": .integer(fill.time.milliseconds),
      "price": Spelling.price(fill.price, instrument), "seq": .integer(sequence),
      "buy": .flag(fill.side == .buy), "qty": Spelling.quantity(fill.quantity, instrument),
      "remaining_order_qty": Spelling.quantity(report.remaining, instrument),
      "order_id": .text(fill.order.text), "cli_ord_id": fill.clientOrderID.map { .text($0) },
      "fill_id": .text(fill.id.text), "fill_type": .text(report.fillType),
      "fee_paid": Spelling.money(fill.fee), "fee_currency": .text("USD"),
      // Whoever took a resting order of ours came with a market order.
      "taker_order_type": .text(fill.isMaker ? "market" : type), "order_type": .text(type),
    ])
  }

  /// The type of an order in this interface's own words.
  private static func type(_ kind: VenueOrderKind) -> String {
    switch kind {
    case .limit, .postOnly, .immediateOrCancel: "limit"
    case .market: "market"
    case .stop: "stop"
    case .takeProfit: "take_profit"
    }
  }

  private static func executedType(_ kind: VenueOrderKind) -> String {
    kind == .immediateOrCancel ? "ioc" : type(kind)
  }
}
