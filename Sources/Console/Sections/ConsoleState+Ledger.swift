import Domain

// Orders and fills, newest first.
extension ConsoleState {
  func ledgerSummary() -> JSON {
    [
      "events": .integer(ledger.last), "newest_event": .integer(newestEvent),
      "behind": .bool(isBehind),
      "orders": .array(orderRows(120)), "fills": .array(fillRows(120)),
      "router": .array(
        ledger.routerStates.newest(40).reversed().map {
          ["at": .integer($0.at), "text": .string($0.text)]
        }),
    ]
  }

  private func orderRows(_ count: Int) -> [JSON] {
    let open = Dictionary(
      pipeline.openOrders.map { ($0.clientOrderId, $0) }, uniquingKeysWith: { $1 })
    return ledger.orderOrder.newest(count).reversed().compactMap { ledger.orders[$0] }.map {
      order in
      let answer = open[order.id.text]
      let entry = ledger.intents[order.intent]
      let id = order.instrument
      return [
        "id": .string(order.id.text), "role": .string(order.role.rawValue),
        "instrument": .string(id.symbol), "status": .string(order.status.rawValue),
        "filled": .string(market.text(order.cumulative, id)),
        "quantity": JSON(answer?.quantity ?? entry.map { market.text($0.lots, id) }),
        "price": JSON(answer?.price ?? planned(order, entry)),
        "text": .string(order.text), "at": .integer(order.firstAt),
        "changed": .integer(order.changedAt), "signal": JSON(entry?.signal?.text),
      ]
    }
  }

  /// The price the intent gives such an order; what was sent later may differ.
  private func planned(
    _ order: LedgerBook.OrderRecord, _ record: LedgerBook.IntentRecord?
  ) -> String? {
    guard case .entry(let entry) = record?.intent else { return nil }
    switch order.role {
    case .entry: return market.text(entry.signal.worstPrice, order.instrument)
    case .stop: return market.text(entry.signal.stop, order.instrument)
    case .takeProfit, .exit: return nil
    }
  }

  private func fillRows(_ count: Int) -> [JSON] {
    ledger.fills.newest(count).reversed().map { fill in
      let id = fill.instrument
      let order = fill.clientOrderID.flatMap { ledger.orders[$0] }
      return [
        "id": .string(fill.id.text), "instrument": .string(id.symbol),
        "side": .string(fill.side.rawValue), "quantity": .string(market.text(fill.quantity, id)),
        "price": JSON(fill.price.map { market.text($0, id) }),
        "role": JSON(order?.role.rawValue), "at": .integer(fill.time.milliseconds),
        "signal": JSON(order.flatMap { ledger.intents[$0.intent]?.signal?.text }),
      ]
    }
  }
}

extension LedgerBook.IntentRecord {
  fileprivate var lots: Quantity {
    switch intent {
    case .entry(let entry): entry.quantity
    case .exit(let exit): exit.quantity
    case .adoption(let adoption): adoption.quantity
    }
  }
}
