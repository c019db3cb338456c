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
    case .intentDenied(let hash, _, let denial): try deny(hash, denial)
    case .intentClosed(let hash):
      try change(
        "UPDATE intents SET closed_ms = ? WHERE hash = ? AND closed_ms IS NULL",
        [now.milliseconds, hash.data])
    case .orderSending(let row): try insert(row)
    case .orderStatus(let id, let status, let venueOrderID, let text):
      try update(id, status: status, venueOrderID: venueOrderID, text: text)
    case .orderAmended(let id, let total):
      try change(
        "UPDATE orders SET quantity_lots = ? WHERE client_order_id = ?", [total.lots, id.text])
    case .fill(let fill, let id): try insert(fill, of: id)
    case .position(let row): try upsert(row)
    case .account, .state: break
    }
  }

  private func insert(_ row: IntentRow) throws {
    let signal = row.intent.signal
    try execute(
      """
      INSERT INTO intents (hash, signal, account, instrument, strategy, direction, setup,
        generation, worst_ticks, stop_ticks, take_profit_ticks, quantity_lots, equity_micros,
        decided_ms, valid_until_ms, accepted_ms, state)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        row.hash.data, signal.id.text, account.text, signal.instrument.symbol,
        signal.strategy.text, signal.direction.rawValue, signal.setup.text, row.rearmGeneration,
        signal.worstPrice.ticks, signal.stop.ticks, signal.takeProfit?.ticks,
        row.intent.quantity.lots, row.intent.equity.micros, signal.decidedAt.milliseconds,
        signal.validUntil.milliseconds, row.acceptedAt.milliseconds, row.state.rawValue,
      ])
    try execute(
      "INSERT INTO symbol_locks (instrument, intent, reason, since_ms) VALUES (?, ?, ?, ?)",
      [signal.instrument.symbol, row.hash.data, "entry", now.milliseconds])
  }

  /// A proposal that was never accepted has no row and needs none; its event tells of it.
  private func deny(_ hash: IntentHash, _ denial: Denial) throws {
    try execute(
      """
      UPDATE intents SET state = 'denied', denial = ?, denial_detail = ?, closed_ms = ?
      WHERE hash = ? AND state = 'accepted'
      """, [denial.reason.rawValue, denial.detail, now.milliseconds, hash.data])
    guard db.changesCount == 1 else { return }
    try execute("DELETE FROM symbol_locks WHERE intent = ?", [hash.data])
  }

  private func insert(_ row: OrderRow) throws {
    let placement = row.placement
    try execute(
      """
      INSERT INTO orders (client_order_id, intent, role, attempt, instrument, side, type,
        price_ticks, quantity_lots, reduce_only, process_before_ms, sent_ms, status)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        row.id.text, row.intent.data, row.role.rawValue, row.attempt,
        placement.instrument.symbol, placement.side.rawValue, placement.type.name,
        placement.type.price?.ticks, placement.quantity.lots, placement.reduceOnly ? 1 : 0,
        placement.processBefore.milliseconds, row.sentAt.milliseconds, row.status.rawValue,
      ])
    if row.role == .entry { try followEntry(row.id) }
  }

  private func update(
    _ id: ClientOrderID, status: OrderStatus, venueOrderID: VenueOrderID?, text: String
  ) throws {
    try change(
      """
      UPDATE orders SET status = ?, venue_order_id = coalesce(?, venue_order_id), text = ?
      WHERE client_order_id = ?
      """, [status.rawValue, venueOrderID?.text, text, id.text])
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
          AND status IN ('filled', 'cancelled', 'rejected', 'not_placed'))
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

  private func upsert(_ row: PositionRow) throws {
    try execute(
      """
      INSERT INTO positions VALUES (?, ?, ?, ?) ON CONFLICT (instrument) DO UPDATE
      SET signed_lots = excluded.signed_lots, intent = excluded.intent,
        changed_ms = excluded.changed_ms
      """,
      [
        row.position.instrument.symbol, row.position.signedLots, row.intent.data,
        row.changedAt.milliseconds,
      ])
  }

  private func execute(_ sql: String, _ arguments: StatementArguments) throws {
    try db.cachedStatement(sql: sql).execute(arguments: arguments)
  }

  /// A change that must hit exactly one row; none means that memory and file have parted.
  private func change(_ sql: String, _ arguments: StatementArguments) throws {
    try execute(sql, arguments)
    guard db.changesCount == 1 else {
      throw LedgerError.lawBroken("\(db.changesCount) rows for: \(sql) \(arguments)")
    }
  }
}
