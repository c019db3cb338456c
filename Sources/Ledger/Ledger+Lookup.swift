package import Domain
import GRDB

/// How much there is in the file, for the line a start logs.
package struct LedgerCounts: Hashable, Sendable {
  package let intentHashes: Int
  package let openIntents: Int
  package let locks: Int
  package let held: Int
}

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

  /// The newest `count` intents, oldest first.
  package func intents(count: Int) throws(LedgerError) -> [IntentRow] {
    try several(
      """
      SELECT * FROM (SELECT rowid AS place, * FROM intents ORDER BY rowid DESC LIMIT ?)
      ORDER BY place
      """, [count], IntentRow.init(row:))
  }

  /// The newest `count` orders, oldest first.
  package func orders(count: Int) throws(LedgerError) -> [OrderRow] {
    try several(
      """
      SELECT * FROM (SELECT rowid AS place, * FROM orders ORDER BY rowid DESC LIMIT ?)
      ORDER BY place
      """, [count], OrderRow.init(row:))
  }

  /// Which of `ids` were counted already, of open orders or of those long over.
  package func knownExecutions(_ ids: [ExecutionID]) throws(LedgerError) -> Set<ExecutionID> {
    try reading { db in
      let statement = try db.cachedStatement(sql: "SELECT 1 FROM fills WHERE execution_id = ?")
      return Set(
        try ids.filter { try Int.fetchOne(statement, arguments: [$0.text]) != nil })
    }
  }

  package func counts() throws(LedgerError) -> LedgerCounts {
    try reading { db in
      func count(_ what: String) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM \(what)") ?? 0
      }
      return LedgerCounts(
        intentHashes: try count("intents"),
        openIntents: try count("intents WHERE closed_ms IS NULL"),
        locks: try count("symbol_locks"),
        held: try count(
          "orders WHERE status = 'held' AND intent IN "
            + "(SELECT hash FROM intents WHERE closed_ms IS NULL)"))
    }
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
