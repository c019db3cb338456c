import Domain
import Foundation
import Ledger

/// What operators may ask the router; answers come from its own book, never from the file.
struct RouterQueries {
  let machine: RouterMachine
  let venueNow: WallTime
  let protectionDeadlineMilliseconds: Int64

  /// JSON for `verb`; nil for a verb that is not known.
  func answer(_ verb: String) -> String? {
    switch verb {
    case "intents": json(machine.book.intents.values.sorted(by: Self.older).map(fields))
    case "orders": json(machine.book.orders.values.sorted(by: Self.older).map(fields))
    case "positions": json(openPositions.map(fields))
    case "status": json(status)
    default: nil
    }
  }

  /// Events from `from` (default 1), at most `count` (default 100, bound 1000), of one `type`.
  func events(of ledger: Ledger, _ arguments: [String: String]) throws -> String? {
    let from = arguments["from"].flatMap { Int64($0) } ?? 1
    let count = arguments["count"].flatMap { Int($0) } ?? 100
    let rows = try ledger.eventRows(
      from: from, count: min(max(count, 1), 1000), type: arguments["type"])
    return json(
      try rows.map { row -> [String: Any] in
        [
          "number": row.number, "type": row.type,
          "time": ISO8601.text(milliseconds: row.time.milliseconds),
          "body": try JSONSerialization.jsonObject(with: Data(row.body.utf8)),
        ]
      })
  }

  /// The newest thousand fills, oldest first.
  func fills(of ledger: Ledger) throws -> String? {
    json(
      try ledger.fills(count: 1000).map { fill -> [String: Any] in
        var fields: [String: Any] = [
          "execution_id": fill.id.text, "instrument": fill.instrument.symbol,
          "side": fill.side.rawValue, "quantity": text(fill.quantity, of: fill.instrument),
          "time": ISO8601.text(milliseconds: fill.time.milliseconds),
          "wall_ms": fill.time.milliseconds,
        ]
        fields["price"] = fill.price.map { text($0, of: fill.instrument) }
        fields["client_order_id"] = fill.clientOrderID?.text
        return fields
      })
  }

  func json(_ object: Any) -> String? {
    let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? JSONSerialization.data(withJSONObject: object, options: options) else {
      return nil
    }
    return String(decoding: data, as: UTF8.self)
  }

  private static func older(_ left: IntentRow, _ right: IntentRow) -> Bool {
    (left.acceptedAt, left.hash) < (right.acceptedAt, right.hash)
  }

  private static func older(_ left: OrderRow, _ right: OrderRow) -> Bool {
    (left.sentAt, left.id) < (right.sentAt, right.id)
  }

  private var openPositions: [PositionRow] {
    machine.book.positions.values.filter { !$0.position.isFlat }
      .sorted { $0.position.instrument < $1.position.instrument }
  }

  private var status: [String: Any] {
    let orders = machine.book.liveOrders
    var fields: [String: Any] = [
      "phase": machine.phase.rawValue, "trading_state": machine.tradingState.rawValue,
      "open_intents": machine.book.open.count,
      "unknown": orders.count { $0.status == .unknown },
      "held": orders.count { $0.status == .held },
      "unprotected": openPositions.count { !isProtected($0) },
      "installation": "\(machine.installation)",
      "intent_hashes": machine.book.intents.count, "locks": machine.book.locks.count,
    ]
    fields["equity"] = machine.equity?.description
    return fields
  }

  /// Lots that our resting stops cover.
  private func stopLots(_ row: PositionRow) -> Int64 {
    machine.book.liveOrders(on: row.position.instrument)
      .filter { $0.role == .stop && $0.status == .working }
      .reduce(0) { $0 + $1.placement.quantity.lots - $1.filled.lots }
  }

  /// Covered, or still within the time a stop is given.
  private func isProtected(_ row: PositionRow) -> Bool {
    stopLots(row) >= row.position.quantity.lots
      || venueNow <= row.changedAt.advanced(byMilliseconds: protectionDeadlineMilliseconds)
  }

  private func fields(_ row: PositionRow) -> [String: Any] {
    let id = row.position.instrument
    return [
      "instrument": id.symbol, "direction": row.position.direction?.rawValue ?? "flat",
      "quantity": text(row.position.quantity, of: id), "quantity_lots": row.position.quantity.lots,
      "stop_quantity": text(Quantity(lots: max(0, stopLots(row))), of: id),
      "protected": stopLots(row) >= row.position.quantity.lots, "intent": "\(row.intent)",
      "opened_at": ISO8601.text(milliseconds: row.changedAt.milliseconds),
    ]
  }

  private func fields(_ row: IntentRow) -> [String: Any] {
    let signal = row.intent.signal
    var fields: [String: Any] = [
      "intent": "\(row.hash)", "signal": signal.id.text, "strategy": signal.strategy.text,
      "instrument": signal.instrument.symbol, "direction": signal.direction.rawValue,
      "setup": signal.setup.text, "generation": row.rearmGeneration,
      "state": row.state.rawValue, "quantity": text(row.intent.quantity, of: signal.instrument),
      "limit_price": text(signal.worstPrice, of: signal.instrument),
      "stop_price": text(signal.stop, of: signal.instrument),
      "accepted_at": ISO8601.text(milliseconds: row.acceptedAt.milliseconds),
      "accepted_ms": row.acceptedAt.milliseconds,
    ]
    fields["denial"] = row.denial?.description
    fields["closed_at"] = row.closedAt.map { ISO8601.text(milliseconds: $0.milliseconds) }
    return fields
  }

  private func fields(_ row: OrderRow) -> [String: Any] {
    let placement = row.placement
    var fields: [String: Any] = [
      "client_order_id": row.id.text, "intent": "\(row.intent)", "role": row.role.rawValue,
      "attempt": row.attempt, "instrument": placement.instrument.symbol,
      "side": placement.side.rawValue, "type": placement.type.name,
      "quantity": text(placement.quantity, of: placement.instrument),
      "filled": text(row.filled, of: placement.instrument), "status": row.status.rawValue,
      "text": row.text, "sent_at": ISO8601.text(milliseconds: row.sentAt.milliseconds),
      "sent_ms": row.sentAt.milliseconds,
    ]
    fields["venue_order_id"] = row.venueOrderID?.text
    fields["price"] = placement.type.price.map { text($0, of: placement.instrument) }
    return fields
  }

  private func text(_ price: Price, of id: InstrumentID) -> String {
    machine.instruments[id]?.text(price) ?? "\(price.ticks) ticks"
  }

  private func text(_ quantity: Quantity, of id: InstrumentID) -> String {
    machine.instruments[id]?.text(quantity) ?? "\(quantity.lots) lots"
  }
}
