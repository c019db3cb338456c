import Domain
import GRDB

/// How much of the ledger a life of the router takes into its memory.
package enum LedgerScope: Hashable, Sendable {
  case everything
  /// What is not over: open intents, those that hold a lock or own a position, their orders and
  /// fills; all locks and positions. What is over is asked for by index (`Ledger.past`).
  case open
}

extension LedgerContents {
  /// Places of the intents that are not over.
  private static let openPlaces = """
    SELECT rowid FROM intents WHERE closed_ms IS NULL
    UNION SELECT intents.rowid FROM intents JOIN symbol_locks ON symbol_locks.intent = intents.hash
    UNION SELECT intents.rowid FROM intents JOIN positions ON positions.intent = intents.hash
      WHERE positions.signed_lots <> 0
    """

  /// Reads what is not over, in the order of writing.
  init(open db: Database, installation: InstallationMark, epoch: Int64) throws {
    self.init(installation: installation, epoch: epoch)
    intents = try Row.fetchAll(
      db, sql: "SELECT * FROM intents WHERE rowid IN (\(Self.openPlaces)) ORDER BY rowid"
    ).map(IntentRow.init(row:))
    let mine = "SELECT hash FROM intents WHERE rowid IN (\(Self.openPlaces))"
    orders = try Row.fetchAll(
      db, sql: "SELECT * FROM orders WHERE intent IN (\(mine)) ORDER BY rowid"
    ).map(OrderRow.init(row:))
    positions = try Row.fetchAll(db, sql: "SELECT * FROM positions ORDER BY instrument")
      .map(PositionRow.init(row:))
    for row in try Row.fetchAll(db, sql: "SELECT instrument, intent FROM symbol_locks") {
      guard let instrument = InstrumentID(row["instrument"] as String),
        let hash = IntentHash(data: row["intent"])
      else { throw LedgerError.unusable("lock holds no valid value: \(row)") }
      locks[instrument] = hash
    }
    let fills = try String.fetchAll(
      db,
      sql: """
        SELECT execution_id FROM fills WHERE client_order_id IN (
          SELECT client_order_id FROM orders WHERE intent IN (\(mine)))
        """)
    for id in fills { executions.insert(ExecutionID(unchecked: id)) }
  }
}
