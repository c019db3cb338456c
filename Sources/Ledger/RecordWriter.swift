import Domain
import GRDB

/// Writes one record into the tables; runs inside the commit's transaction.
struct RecordWriter {
  let db: Database
  let account: AccountID
  let now: WallTime

  func write(_ record: LedgerRecord) throws {
    switch record {
    case .intentAccepted(let row): try insert(row)
    case .intentState(let hash, let state):
      try change("UPDATE intents SET state = ? WHERE hash = ?", [state.rawValue, hash.data])
    case .intentClosed(let hash):
      try change(
        "UPDATE intents SET closed_ms = ? WHERE hash = ? AND closed_ms IS NULL",
        [now.milliseconds, hash.data])
    case .orderSending(let row): try insert(row)
    case .orderDenied(let id, let denial): try deny(id, denial)
    case .orderStatus(let id, let status, let venueOrderID, let text):
      try update(id, status: status, venueOrderID: venueOrderID, text: text)
    case .changeSending, .changeDoubtful, .changeEnded: try writeChange(record)
    case .fill(let fill, let id): try insert(fill, of: id)
    case .adjustment(let adjustment): try insert(adjustment)
    case .position(let row): try upsert(row)
    case .frozen(let instrument, let why): try freeze(instrument, why)
    case .property(let key, let value): try setProperty("router/\(key)", value)
    case .tradeClosed(let trade): try insert(trade)
    case .risk(let change): try write(change)
    case .intentDenied, .account, .state, .resolution: break
    }
  }

  private func insert(_ row: OrderRow) throws {
    let placement = row.placement
    try execute(
      """
      INSERT INTO orders (client_order_id, intent, role, rung, attempt, instrument, side, type,
        price_ticks, quantity_lots, reduce_only, process_before_ms, sent_ms, status)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        row.id.text, row.intent.data, row.role.rawValue, row.rung, row.attempt,
        placement.instrument.symbol, placement.side.rawValue, placement.type.name,
        placement.type.price?.ticks, placement.quantity.lots, placement.reduceOnly ? 1 : 0,
        placement.processBefore.milliseconds, row.sentAt.milliseconds, row.status.rawValue,
      ])
    if row.role == .entry { try followEntry(row.id) }
  }

  private func deny(_ id: ClientOrderID, _ denial: Denial) throws {
    try change(
      "UPDATE orders SET status = 'denied', text = ? WHERE client_order_id = ?",
      [denial.description, id.text])
    try execute(
      """
      UPDATE intents SET denial = ?, denial_detail = ?, state = 'denied', closed_ms = ?
      WHERE hash IN (SELECT intent FROM orders WHERE client_order_id = ? AND role = 'entry')
      """, [denial.reason.rawValue, denial.detail, now.milliseconds, id.text])
    try followEntry(id)
  }

  private func update(
    _ id: ClientOrderID, status: OrderStatus, venueOrderID: VenueOrderID?, text: String
  ) throws {
    try change(
      """
      UPDATE orders SET status = ?, venue_order_id = coalesce(?, venue_order_id), text = ?
      WHERE client_order_id = ?
      """, [status.rawValue, venueOrderID?.text, text, id.text])
    if status.isTerminal { try dropChange(of: id) }
    try followEntry(id)
  }

  /// An intent's state is that of its entry; a terminal one gives the symbol lock back.
  private func followEntry(_ id: ClientOrderID) throws {
    try execute(
      """
      UPDATE intents SET state = orders.status FROM orders
      WHERE orders.intent = intents.hash AND orders.client_order_id = ? AND orders.role = 'entry'
      """, [id.text])
    try execute(
      """
      DELETE FROM symbol_locks WHERE intent IN (
        SELECT intent FROM orders WHERE client_order_id = ? AND role = 'entry'
          AND status IN (\(Schema.list(OrderStatus.allCases.filter(\.isTerminal)))))
      """, [id.text])
  }

  private func insert(_ fill: Fill, of id: ClientOrderID) throws {
    try execute(
      "INSERT INTO fills VALUES (?, ?, ?, ?, ?, ?, ?)",
      [
        fill.id.text, id.text, fill.instrument.symbol, fill.side.rawValue, fill.quantity.lots,
        fill.price?.ticks, fill.time.milliseconds,
      ])
    try change(
      "UPDATE orders SET filled_lots = filled_lots + ? WHERE client_order_id = ?",
      [fill.quantity.lots, id.text])
  }

  private func insert(_ adjustment: PositionAdjustment) throws {
    try execute(
      """
      INSERT INTO adjustments (instrument, from_lots, to_lots, wall_ms, why)
      VALUES (?, ?, ?, ?, ?)
      """,
      [
        adjustment.instrument.symbol, adjustment.from, adjustment.to,
        adjustment.at.milliseconds, adjustment.why,
      ])
  }

  private func upsert(_ row: PositionRow) throws {
    try execute(
      """
      INSERT INTO positions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (instrument) DO UPDATE
      SET signed_lots = excluded.signed_lots, intent = excluded.intent,
        changed_ms = excluded.changed_ms, stop_ticks = excluded.stop_ticks,
        opened_lots = excluded.opened_lots, opened_cost = excluded.opened_cost,
        opened_ms = excluded.opened_ms, cash = excluded.cash, turnover = excluded.turnover,
        exits = excluded.exits, adoptions = excluded.adoptions
      """,
      [
        row.instrument.symbol, row.position.signedLots, row.intent.data,
        row.changedAt.milliseconds, row.stop.ticks, row.openedLots, row.openedCost,
        row.openedAt.milliseconds, row.cash, row.turnover, row.exits, row.adoptions,
      ])
  }

  private func freeze(_ instrument: InstrumentID, _ why: String?) throws {
    guard let why else {
      return try execute("DELETE FROM frozen WHERE instrument = ?", [instrument.symbol])
    }
    try execute(
      "INSERT OR REPLACE INTO frozen VALUES (?, ?, ?)",
      [instrument.symbol, why, now.milliseconds])
  }

  private func setProperty(_ key: String, _ value: String) throws {
    try execute(
      """
      INSERT INTO safety_state VALUES (?, ?)
      ON CONFLICT (key) DO UPDATE SET value = excluded.value
      """, [key, value])
  }

  func execute(_ sql: String, _ arguments: StatementArguments) throws {
    try db.cachedStatement(sql: sql).execute(arguments: arguments)
  }

  /// A change that must hit exactly one row; none means that memory and file have parted.
  func change(_ sql: String, _ arguments: StatementArguments) throws {
    try execute(sql, arguments)
    guard db.changesCount == 1 else {
      throw LedgerError.lawBroken("\(db.changesCount) rows for: \(sql) \(arguments)")
    }
  }
}
