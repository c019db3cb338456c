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
  static func order(_ order: VenueOrder, _ contract: VenueContract) -> JSON {
    .members([
      "instrument": .text(contract.symbol),
      "time": .integer(order.receivedAt.milliseconds),
      "last_update_time": .integer(order.updatedAt.milliseconds),
      "qty": Spelling.quantity(order.unfilled, contract.instrument),
      "filled": Spelling.quantity(order.filled, contract.instrument),
      "limit_price": order.kind.isTrigger && order.limit == nil
        ? nil : order.limit.map { Spelling.price($0, contract.instrument) } ?? .number("0"),
      "stop_price": order.trigger.map { Spelling.price($0, contract.instrument) } ?? .number("0"),
      "type": .text(type(order)), "order_id": .text(order.id.text),
      "cli_ord_id": order.clientOrderID.map { .text($0) },
      "direction": .number(order.side == .buy ? "0" : "1"),
      "reduce_only": .flag(order.reduceOnly),
      "triggerSignal": order.kind.isTrigger ? .text(signal(order)) : nil,
      "trailing_stop_options": order.trailing.map { trailing($0, contract.instrument) },
    ])
  }

  /// A change of an order; one that only ends it names the order and no more.
  static func change(
    _ feed: WebSocketFeed, _ change: OrderChange, _ contract: VenueContract
  ) -> JSON {
    let isFill = change.reason == .fullFill || change.reason == .partialFill
    guard change.isCancel, !isFill, !isRefusedPost(change) else {
      return .members([
        "feed": .text(feed.rawValue), "order": order(change.order, contract),
        "is_cancel": .flag(change.isCancel), "reason": .text(change.reason.rawValue),
      ])
    }
    return .members([
      "feed": .text(feed.rawValue), "order_id": .text(change.order.id.text),
      "cli_ord_id": change.order.clientOrderID.map { .text($0) },
      "is_cancel": .flag(true), "reason": .text(change.reason.rawValue),
    ])
  }

  /// A post-only order that would have traded: only the verbose feed tells of it.
  static func isRefusedPost(_ change: OrderChange) -> Bool {
    change.reason == .postWouldExecute
  }

  static func fillsSnapshot(_ account: String, _ fills: [JSON]) -> JSON {
    .members([
      "feed": .text("fills_snapshot"), "account": .text(account), "fills": .list(fills),
    ])
  }

  static func fills(_ account: String, _ fills: [JSON]) -> JSON {
    .members(["feed": .text("fills"), "username": .text(account), "fills": .list(fills)])
  }

  static func fill(_ report: FillReport, sequence: Int64, _ contract: VenueContract) -> JSON {
    let fill = report.fill
    let type = executedType(report.kind)
    return .members([
      "instrument": .text(contract.symbol), "time": .integer(fill.time.milliseconds),
      "price": Spelling.price(fill.price, contract.instrument), "seq": .integer(sequence),
      "buy": .flag(fill.side == .buy), "qty": Spelling.quantity(fill.quantity, contract.instrument),
      "remaining_order_qty": Spelling.quantity(report.remaining, contract.instrument),
      "order_id": .text(fill.order.text), "cli_ord_id": fill.clientOrderID.map { .text($0) },
      "fill_id": .text(fill.id.text), "fill_type": .text(fill.type.rawValue),
      "fee_paid": Spelling.money(fill.fee), "fee_currency": .text("USD"),
      // Whoever took a resting order of ours came with a market order.
      "taker_order_type": .text(fill.isMaker ? "market" : type), "order_type": .text(type),
    ])
  }

  /// The index is the spot price in this interface's words.
  private static func signal(_ order: VenueOrder) -> String {
    order.signal == .index ? "spot" : order.signal.rawValue
  }

  private static func trailing(_ offset: PriceOffset, _ instrument: Instrument) -> JSON {
    switch offset {
    case .millionths(let share):
      let percent = ExactDecimal(mantissa: share, exponent: -4)
      return .members([
        "max_deviation": .number(percent?.description ?? "0"), "unit": .text("percent"),
      ])
    case .ticks(let ticks):
      return .members([
        "max_deviation": Spelling.price(Price(ticks: ticks), instrument),
        "unit": .text("quote_currency"),
      ])
    }
  }

  /// The type of an order in this interface's own words.
  private static func type(_ order: VenueOrder) -> String {
    switch order.kind {
    case .limit, .postOnly, .immediateOrCancel, .fillOrKill: "limit"
    case .market, .liquidation: "market"
    // A trigger that went off with a limit price is a limit order.
    case .stop: order.isTriggered && order.limit != nil ? "limit" : "stop"
    case .takeProfit: order.isTriggered && order.limit != nil ? "limit" : "take_profit"
    case .trailingStop: order.isTriggered && order.limit != nil ? "limit" : "trailing_stop"
    }
  }

  private static func executedType(_ kind: VenueOrderKind) -> String {
    switch kind {
    case .limit, .postOnly: "limit"
    case .immediateOrCancel: "ioc"
    case .fillOrKill: "fok"
    case .market, .liquidation: "market"
    case .stop: "stop"
    case .takeProfit: "take_profit"
    case .trailingStop: "trailing_stop"
    }
  }
}
