import Domain
import SimulatedVenue

/// Order and trigger events of the history service, made of records.
enum OrderHistory {
  typealias Made = (contract: InstrumentID, elements: [JSON])

  /// Events of orders in the market.
  ///
  /// What executes at once or not at all shows in one event, as it ended.
  static func orders(_ record: BookRecord, _ book: VenueBook) -> Made? {
    switch record.change {
    case .order(let order, let reason, let old):
      guard !order.isWaiting || order.status == .rejected else { return nil }
      return orderEvent(record, order, reason, old, book)
    case .fill(let fill, _, let order):
      guard let contract = book.contracts[order.instrument] else { return nil }
      if isAtOnce(order) {
        return order.status == .filled
          ? placed(record, order, contract, "new_user_order") : nil
      }
      var old = order
      old.filled = order.filled - fill.quantity
      old.status = .open
      return updated(
        record, old, order, order.status == .filled ? .fullFill : .partialFill, contract)
    default: return nil
    }
  }

  private static func isAtOnce(_ order: VenueOrder) -> Bool {
    order.kind.isImmediate || order.isTriggered && order.limit == nil
  }

  private static func orderEvent(
    _ record: BookRecord, _ order: VenueOrder, _ reason: OrderReason?, _ old: VenueOrder?,
    _ book: VenueBook
  ) -> Made? {
    guard let contract = book.contracts[order.instrument] else { return nil }
    switch (order.status, reason) {
    case (.rejected, _):
      return made(
        record, "OrderRejected", order,
        [
          .init(name: "order", value: json(order, contract)),
          .init(name: "orderError", value: .text(order.word)),
          .init(name: "reason", value: .text(reason?.rawValue ?? order.word)),
        ])
    case (.cancelled, _):
      let cancelled = made(
        record, "OrderCancelled", order,
        common(reason) + [.init(name: "order", value: json(order, contract))])
      guard isAtOnce(order) else { return cancelled }
      // Of one that went through at once and in part, both that it came and that the rest went.
      let came = placed(record, order, contract, "new_user_order")
      return (order.instrument, cancelled.elements + came.elements)
    case (.open, .edited?):
      return old.map { updated(record, $0, order, .edited, contract) }
    case (.open, _) where isAtOnce(order): return nil
    case (.open, .triggered?): return placed(record, order, contract, "stop_order_triggered")
    case (.open, .placed?): return placed(record, order, contract, "new_user_order")
    default: return nil
    }
  }

  private static func placed(
    _ record: BookRecord, _ order: VenueOrder, _ contract: VenueContract, _ reason: String
  ) -> Made {
    let common = common(nil).filter { $0.name != "reason" }
    return made(
      record, "OrderPlaced", order,
      [
        .init(name: "order", value: json(order, contract)),
        .init(name: "reason", value: .text(reason)),
      ] + common)
  }

  private static func updated(
    _ record: BookRecord, _ old: VenueOrder, _ new: VenueOrder, _ reason: OrderReason,
    _ contract: VenueContract
  ) -> Made {
    made(
      record, "OrderUpdated", new,
      [
        .init(name: "oldOrder", value: json(old, contract)),
        .init(name: "newOrder", value: json(new, contract)),
      ] + common(reason))
  }

  private static func common(_ reason: OrderReason?) -> [JSON.Member] {
    [
      .init(name: "reason", value: .text(reason?.rawValue ?? "")),
      .init(name: "reducedQuantity", value: .text("")),
      .init(name: "algoId", value: .text("")),
      .init(name: "origin", value: .text("Unknown Origin")),
    ]
  }

  private static func made(
    _ record: BookRecord, _ event: String, _ order: VenueOrder, _ members: [JSON.Member]
  ) -> Made {
    let element = HistoryElement.json(record, event, .object(members))
    return (order.instrument, [element])
  }

  /// In the history `quantity` is what is left.
  static func json(_ order: VenueOrder, _ contract: VenueContract) -> JSON {
    .members([
      "uid": .text(order.id.text), "accountUid": .text(Spelling.accountUID),
      "tradeable": .text(contract.symbol),
      "direction": .text(order.side == .buy ? "Buy" : "Sell"),
      "quantity": .text(contract.instrument.text(order.unfilled)),
      "filled": .text(contract.instrument.text(order.filled)),
      "timestamp": .integer(order.receivedAt.milliseconds),
      "limitPrice": .text(order.limit.map { contract.instrument.text($0) } ?? ""),
      "orderType": .text(word(order)), "clientId": .text(order.clientOrderID ?? ""),
      "reduceOnly": .flag(order.reduceOnly),
      "lastUpdateTimestamp": .integer(order.updatedAt.milliseconds),
      "status": isAtOnce(order) && order.status == .filled ? .text("closed") : nil,
    ])
  }

  static func word(_ order: VenueOrder) -> String {
    switch order.kind {
    case .limit: "Limit"
    case .postOnly: "Post"
    case .immediateOrCancel, .fillOrKill: "IoC"
    case .market: "Market"
    case .liquidation: "Liquidation"
    case .stop, .takeProfit, .trailingStop: order.limit == nil ? "IoC" : "Limit"
    }
  }

  // MARK: - Triggers

  /// Events of triggers that wait: placed, changed, gone off, cancelled.
  static func triggers(_ record: BookRecord, _ book: VenueBook) -> Made? {
    guard case .order(let order, let reason, let old) = record.change, order.kind.isTrigger,
      order.status != .rejected, let contract = book.contracts[order.instrument]
    else { return nil }
    let trigger = trigger(order, contract)
    switch (order.status, reason) {
    case (.open, .placed?): return triggerEvent(record, "OrderTriggerPlaced", order, trigger, nil)
    case (.open, .triggered?):
      // The recorded event says no more than that.
      return made(
        record, "OrderTriggerActivated", order, [.init(name: "order", value: trigger)])
    case (.open, .edited?) where order.isWaiting:
      guard let old else { return nil }
      return made(
        record, "OrderTriggerUpdated", order,
        [
          .init(name: "oldOrderTrigger", value: self.trigger(old, contract)),
          .init(name: "newOrderTrigger", value: trigger),
        ] + common(.edited))
    case (.cancelled, _) where order.isWaiting:
      return triggerEvent(record, "OrderTriggerCancelled", order, trigger, reason)
    default: return nil
    }
  }

  private static func triggerEvent(
    _ record: BookRecord, _ event: String, _ order: VenueOrder, _ trigger: JSON,
    _ reason: OrderReason?
  ) -> Made {
    made(
      record, event, order,
      [
        .init(name: "order", value: trigger),
        .init(name: "reason", value: .text(reason?.rawValue ?? "new_user_order")),
        .init(name: "algoId", value: .text("")),
        .init(name: "origin", value: .text("Unknown Origin")),
      ])
  }

  private static func trigger(_ order: VenueOrder, _ contract: VenueContract) -> JSON {
    .members([
      "uid": .text(order.id.text), "accountId": .text(Spelling.accountID),
      "accountUid": .text(Spelling.accountUID), "tradeable": .text(contract.symbol),
      "direction": .text(order.side == .buy ? "Buy" : "Sell"),
      "quantity": .text(contract.instrument.text(order.unfilled)),
      "timestamp": .integer(order.receivedAt.milliseconds),
      "limitPrice": .text(order.limit.map { contract.instrument.text($0) } ?? ""),
      "orderType": .text(word(order)), "clientId": .text(order.clientOrderID ?? ""),
      "reduceOnly": .flag(order.reduceOnly),
      "triggerOptions": .members([
        "triggerPrice": .text(order.trigger.map { contract.instrument.text($0) } ?? ""),
        "triggerSignal": .text(signal(order.signal)),
        "triggerSide": .text(OrderSpelling.isBelow(order) ? "Below" : "Above"),
      ]), "lastUpdateTimestamp": .integer(order.updatedAt.milliseconds),
    ])
  }

  private static func signal(_ signal: TriggerSignal) -> String {
    switch signal {
    case .mark: "MarkPrice"
    case .index: "SpotPrice"
    case .last: "LastPrice"
    }
  }
}

/// The frame of every element of the history service.
enum HistoryElement {
  static func json(_ record: BookRecord, _ event: String, _ value: JSON) -> JSON {
    .members([
      "uid": .text(uid(record, event)), "timestamp": .integer(record.wall.milliseconds),
      "event": .object([.init(name: event, value: value)]),
    ])
  }

  /// A UUID of the record and the kind of event, the same whenever it is asked for.
  static func uid(_ record: BookRecord, _ event: String) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in event.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    let high = SplitMix.mixed(hash &+ UInt64(bitPattern: record.number))
    let low = SplitMix.mixed(high ^ UInt64(bitPattern: record.wall.milliseconds))
    func digits(_ value: UInt64) -> String {
      let text = String(value, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }
    let all = Array(digits(high) + digits(low))
    func part(_ range: Range<Int>) -> String { String(all[range]) }
    return "\(part(0..<8))-\(part(8..<12))-8\(part(13..<16))-8\(part(17..<20))-\(part(20..<32))"
  }
}
