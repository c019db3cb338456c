package import Domain
import GRDB

// What is over and therefore not in the router's memory, by index.
extension Ledger {
  package func intent(hash: IntentHash) throws(LedgerError) -> IntentRow? {
    try one("SELECT * FROM intents WHERE hash = ?", [hash.data], IntentRow.init(row:))
  }

  package func intent(signal: SignalID) throws(LedgerError) -> IntentRow? {
    try one("SELECT * FROM intents WHERE signal = ?", [signal.text], IntentRow.init(row:))
  }

  package func order(_ id: ClientOrderID) throws(LedgerError) -> OrderRow? {
    try one("SELECT * FROM orders WHERE client_order_id = ?", [id.text], OrderRow.init(row:))
  }

  /// Every order of the intent, in the order of writing.
  package func orders(of intent: IntentHash) throws(LedgerError) -> [OrderRow] {
    try several(
      "SELECT * FROM orders WHERE intent = ? ORDER BY rowid", [intent.data], OrderRow.init(row:))
  }

  private func one<Value>(
    _ sql: String, _ arguments: StatementArguments, _ make: (Row) throws -> Value
  ) throws(LedgerError) -> Value? {
    try reading { db in
      try Row.fetchOne(db.cachedStatement(sql: sql), arguments: arguments).map(make)
    }
  }

  private func several<Value>(
    _ sql: String, _ arguments: StatementArguments, _ make: (Row) throws -> Value
  ) throws(LedgerError) -> [Value] {
    try reading { db in
      try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments).map(make)
    }
  }
}
