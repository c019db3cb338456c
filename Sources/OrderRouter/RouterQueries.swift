import Domain
import Foundation
import Ledger

/// What operators may ask the router; what is long over comes from its ledger, never past it.
struct RouterQueries {
  static let verbs = """
    intents orders positions fills events status risk limits locks trades latch acknowledge \
    resolve pause resume flatten cancel reconcile tighten loosen confirm lock unlock copy
    """
  private static let newest = 1000

  let machine: RouterMachine
  let ledger: Ledger
  let counts: (intents: Int, orders: Int, fills: Int)
  let meter: [String: Any]
  let wallNow: WallTime
  let venueNow: WallTime
  let protectionDeadlineMilliseconds: Int64

  /// JSON for `verb`; nil for a verb that is not known.
  func answer(_ verb: String, _ arguments: [String: String]) throws -> String? {
    switch verb {
    case "intents":
      Self.json(try ledger.intents(from: from(arguments), count: Self.newest).map(fields))
    case "orders" where arguments["open"] == "true": Self.json(openOrders.map(fields))
    case "orders":
      Self.json(try ledger.orders(from: from(arguments), count: Self.newest).map(fields))
    case "positions": Self.json(openPositions.map(fields))
    case "fills": try fills()
    case "events": try events(arguments)
    case "status": Self.json(status)
    case "risk": Self.json(risk)
    case "limits": Self.json(limitRows)
    case "locks": Self.json(lockRows)
    case "trades": Self.json(try trades(arguments))
    default: nil
    }
  }

  /// The place of the first row that is wanted; nil asks for the newest.
  private func from(_ arguments: [String: String]) -> Int? {
    arguments["from"].flatMap { Int($0) }.map { max(0, $0) }
  }

  /// Events from `from` (default 1), at most `count` (default 100, bound 1000), of one `type`.
  private func events(_ arguments: [String: String]) throws -> String? {
    let from = arguments["from"].flatMap { Int64($0) } ?? 1
    let count = arguments["count"].flatMap { Int($0) } ?? 100
    let rows = try ledger.eventRows(
      from: from, count: min(max(count, 1), 1000), type: arguments["type"])
    return Self.json(
      try rows.map { row -> [String: Any] in
        [
          "number": row.number, "type": row.type,
          "time": ISO8601.text(milliseconds: row.time.milliseconds),
          "body": try JSONSerialization.jsonObject(with: Data(row.body.utf8)),
        ]
      })
  }

  /// The newest thousand fills, oldest first.
  private func fills() throws -> String? {
    Self.json(
      try ledger.fills(count: Self.newest).map { fill -> [String: Any] in
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

  static func json(_ object: Any) -> String? {
    let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? JSONSerialization.data(withJSONObject: object, options: options) else {
      return nil
    }
    return String(decoding: data, as: UTF8.self)
  }

  var openPositions: [PositionRow] {
    machine.book.positions.values.filter { !$0.position.isFlat }
      .sorted { $0.position.instrument < $1.position.instrument }
  }

  /// Those that are not over, from memory: what is asked often costs no reading of the ledger.
  private var openOrders: [OrderRow] {
    machine.book.liveOrders.sorted { ($0.sentAt, $0.id) < ($1.sentAt, $1.id) }
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
      "intent_hashes": counts.intents, "frozen": machine.book.frozen.count,
      "locks": machine.book.locks.count, "meter": meter,
    ]
    fields["equity"] = machine.equity?.description
    return fields
  }

  private func stops(_ row: PositionRow) -> [OrderRow] {
    machine.book.liveOrders(on: row.position.instrument)
      .filter { $0.role == .stop && $0.status == .working }
  }

  /// Lots that our resting stops cover.
  private func stopLots(_ row: PositionRow) -> Int64 {
    stops(row).reduce(0) { $0 + $1.placement.quantity.lots - $1.filled.lots }
  }

  /// Covered, or still within the time a stop is given.
  private func isProtected(_ row: PositionRow) -> Bool {
    stopLots(row) >= row.position.quantity.lots
      || venueNow <= row.changedAt.advanced(byMilliseconds: protectionDeadlineMilliseconds)
  }

  private func fields(_ row: PositionRow) -> [String: Any] {
    let id = row.position.instrument
    var fields: [String: Any] = [
      "instrument": id.symbol, "direction": row.position.direction?.rawValue ?? "flat",
      "quantity": text(row.position.quantity, of: id), "quantity_lots": row.position.quantity.lots,
      "stop_quantity": text(Quantity(lots: max(0, stopLots(row))), of: id),
      "protected": stopLots(row) >= row.position.quantity.lots, "intent": "\(row.intent)",
      "opened_at": ISO8601.text(milliseconds: row.changedAt.milliseconds),
    ]
    // Of several the nearest to the market, which is reached first.
    let prices = stops(row).compactMap(\.placement.type.price)
    let nearest = row.position.direction == .long ? prices.max() : prices.min()
    fields["stop_price"] = nearest.map { text($0, of: id) }
    return fields
  }

  private func fields(_ row: IntentRow) -> [String: Any] {
    let id = row.instrument
    var fields: [String: Any] = [
      "intent": "\(row.hash)", "kind": row.intent.kind.rawValue, "signal": row.name.text,
      "instrument": id.symbol, "direction": row.intent.direction.rawValue,
      "state": row.state.rawValue,
      "accepted_at": ISO8601.text(milliseconds: row.acceptedAt.milliseconds),
      "accepted_ms": row.acceptedAt.milliseconds,
    ]
    switch row.intent {
    case .entry(let entry):
      fields["strategy"] = entry.signal.strategy.text
      fields["valid_until_ms"] = entry.signal.validUntil.milliseconds
      fields["setup"] = entry.signal.setup.text
      fields["generation"] = row.rearmGeneration
      fields["quantity"] = text(entry.quantity, of: id)
      fields["limit_price"] = text(entry.signal.worstPrice, of: id)
      fields["stop_price"] = text(entry.signal.stop, of: id)
      fields["take_profits"] = entry.signal.takeProfits.map { text($0, of: id) }
    case .exit(let exit):
      fields["reason"] = exit.reason.rawValue
      fields["position"] = "\(exit.position)"
      fields["quantity"] = text(exit.quantity, of: id)
    case .adoption(let adoption):
      fields["quantity"] = text(adoption.quantity, of: id)
      fields["stop_price"] = text(adoption.stop, of: id)
    }
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
    if row.rung > 0 { fields["rung"] = row.rung }
    fields["change"] = row.change.map { "\($0.what.name)\($0.isDoubtful ? " in doubt" : "")" }
    fields["venue_order_id"] = row.venueOrderID?.text
    fields["price"] = placement.type.price.map { text($0, of: placement.instrument) }
    return fields
  }

  func text(_ price: Price, of id: InstrumentID) -> String {
    machine.instruments[id]?.text(price) ?? "\(price.ticks) ticks"
  }

  func text(_ quantity: Quantity, of id: InstrumentID) -> String {
    machine.instruments[id]?.text(quantity) ?? "\(quantity.lots) lots"
  }
}
