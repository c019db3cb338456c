package import Domain
import GRDB

// What is long over is asked of the file, by index; memory holds what is not.
extension Ledger {
  /// What was ever decided about this signal and its setup.
  package func past(of signal: Signal) throws(LedgerError) -> SetupPast {
    let account = account
    return try reading { db in
      let known = try db.cachedStatement(sql: "SELECT * FROM intents WHERE signal = ?")
      let same = try Row.fetchOne(known, arguments: [signal.id.text])
      let earlier = try db.cachedStatement(
        sql: """
          SELECT hash, generation, state, closed_ms, EXISTS (
              SELECT 1 FROM orders WHERE intent = intents.hash AND role = 'entry'
                AND filled_lots > 0) AS traded
          FROM intents
          WHERE account = ? AND instrument = ? AND strategy = ? AND direction = ? AND setup = ?
            AND closed_ms IS NOT NULL
          """)
      let setup: StatementArguments = [
        account.text, signal.instrument.symbol, signal.strategy.text,
        signal.direction.rawValue, signal.setup.text,
      ]
      let rows = try Row.fetchAll(earlier, arguments: setup)
      let retired = try Int.fetchOne(
        db.cachedStatement(
          sql: """
            SELECT generations FROM retired_setups
            WHERE account = ? AND instrument = ? AND strategy = ? AND direction = ? AND setup = ?
            """), arguments: setup)
      return SetupPast(
        sameSignal: try same.map(IntentRow.init(row:)), closed: try rows.map(PastIntent.init(row:)),
        retiredGenerations: retired ?? 0)
    }
  }

  /// Those of `names` that this ledger holds.
  package func recall(_ names: Unexplained) throws(LedgerError) -> Recalled {
    guard !names.isEmpty else { return .nothing }
    return try reading { db in
      func isHeld(_ name: String, _ sql: String) throws -> Bool {
        try Int.fetchOne(db.cachedStatement(sql: sql), arguments: [name]) != nil
      }
      return Recalled(
        executions: Set(
          try names.executions.filter {
            try isHeld($0.text, "SELECT 1 FROM fills WHERE execution_id = ?")
          }),
        orders: Set(
          try names.orders.filter {
            try isHeld($0.text, "SELECT 1 FROM orders WHERE client_order_id = ?")
          }))
    }
  }

  /// At most `count` intents in the order of acceptance: from place `from` on, or the newest ones.
  ///
  /// Place 0 is the first ever.
  package func intents(from: Int? = nil, count: Int) throws(LedgerError) -> [IntentRow] {
    try reading { db in try Self.page("intents", from, count, db).map(IntentRow.init(row:)) }
  }

  /// The same of orders.
  package func orders(from: Int? = nil, count: Int) throws(LedgerError) -> [OrderRow] {
    try reading { db in try Self.page("orders", from, count, db).map(OrderRow.init(row:)) }
  }

  private static func page(
    _ table: String, _ from: Int?, _ count: Int, _ db: Database
  ) throws -> [Row] {
    guard let from else {
      return try Row.fetchAll(
        db, sql: "SELECT * FROM \(table) ORDER BY rowid DESC LIMIT ?", arguments: [count]
      ).reversed()
    }
    return try Row.fetchAll(
      db, sql: "SELECT * FROM \(table) ORDER BY rowid LIMIT ? OFFSET ?", arguments: [count, from])
  }

  /// Intents, orders and fills that the file holds.
  package func counts() throws(LedgerError) -> (intents: Int, orders: Int, fills: Int) {
    try reading { db in
      func count(_ table: String) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0
      }
      return (try count("intents"), try count("orders"), try count("fills"))
    }
  }
}

extension PastIntent {
  fileprivate init(row: Row) throws {
    let column = Columns(row)
    self.init(
      hash: try column.hash("hash"), generation: row["generation"],
      closedAt: WallTime(milliseconds: row["closed_ms"]), state: try column.word("state"),
      traded: row["traded"])
  }
}
