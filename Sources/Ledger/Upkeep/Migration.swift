import Domain
import Failpoint
import GRDB

/// One step from an older schema to the present one.
///
/// A version's whole text is `Schema.whole`. A file of an older version is compared with it, and
/// exactly the tables that differ are made anew and filled from the old ones, column by column of
/// the same name, in one transaction: a migrated file and a new one cannot differ. A step only says
/// what a name does not: the value of a column that is new and has no default.
///
/// Invariants:
/// 1. Before a byte of the file changes, a whole copy of it lies beside it, named by its version.
/// 2. Tables, indexes and triggers afterwards are those of a new file, or nothing was changed.
/// 3. Every reference holds afterwards, or nothing was changed.
struct Migration {
  /// The version this step leads to.
  let version: Int
  /// Table → column → SQL expression over the old row.
  let values: [String: [String: String]]

  /// Every step there is, oldest first.
  static let all: [Migration] = [
    Migration(
      version: 2,
      values: [
        "intents": [
          "kind": "'entry'",
          "take_profit_ticks": "coalesce(CAST(take_profit_ticks AS TEXT), '')",
        ],
        "orders": ["rung": "iif(role = 'take_profit', 1, 0)"],
        // Tables are filled in the order of their names: intents and orders are new already.
        "positions": [
          "stop_ticks": "(SELECT stop_ticks FROM intents WHERE hash = intent)",
          "opened_lots": """
          (SELECT coalesce(sum(filled_lots), 0) FROM orders
            WHERE orders.intent = migrating_positions.intent AND role = 'entry')
          """,
          "exits": "0", "adoptions": "0",
        ],
      ]),
    // What an open position was bought for is not known of the time before: its result is not.
    Migration(
      version: 3,
      values: [
        "positions": [
          "opened_ms": "changed_ms", "cash": "iif(signed_lots = 0, 0, NULL)",
          "turnover": "iif(signed_lots = 0, 0, NULL)",
        ]
      ]),
  ]

  /// Makes the tables in an empty file, brings older ones up to date, refuses newer ones.
  static func run(_ db: Database, path: String, now: WallTime) throws {
    guard try db.tableExists("schema_migrations") else { return try make(db, now: now) }
    let found = try Int.fetchOne(db, sql: "SELECT max(version) FROM schema_migrations") ?? 0
    guard found <= Schema.version else {
      throw LedgerError.newerSchema(found: found, known: Schema.version)
    }
    guard found < Schema.version else { return }
    guard all.contains(where: { $0.version == found + 1 }) else {
      throw LedgerError.unusable("schema \(found) is too old for this program: run a middle one")
    }
    try backUp(db, path: path, version: found)
    let number = failpoint(.ledgerMigrateBefore)
    guard number == 0 else { throw LedgerError.pretended(number) }
    try rebuild(db, from: found, now: now)
    failpoint(.ledgerMigrateAfter)
  }

  private static func make(_ db: Database, now: WallTime) throws {
    try db.inTransaction(.immediate) {
      try db.execute(sql: Schema.whole)
      try db.execute(
        sql: "INSERT INTO schema_migrations VALUES (?, ?)",
        arguments: [Schema.version, now.milliseconds])
      return .commit
    }
  }

  /// The same file gives the same name: a start that crashed in between makes no second copy.
  private static func backUp(_ db: Database, path: String, version: Int) throws {
    let newest = try Int64.fetchOne(db, sql: "SELECT max(number) FROM events") ?? 0
    let target = backupPath(path, version: version, newestEvent: newest)
    guard !LedgerCopy.exists(target) else { return }
    let copy = try LedgerCopy(of: db, to: target)
    while try !copy.advance(db, pages: 4096) {}
  }

  static func backupPath(_ path: String, version: Int, newestEvent: Int64) -> String {
    "\(path).schema-\(version).event-\(newestEvent)"
  }

  private static func rebuild(_ db: Database, from found: Int, now: WallTime) throws {
    // Neither has an effect inside a transaction. Without the second a renamed table would take
    // along the references to it.
    try db.execute(sql: "PRAGMA foreign_keys = OFF")
    try db.execute(sql: "PRAGMA legacy_alter_table = ON")
    try db.inTransaction(.immediate) {
      try Rebuild(db, values: values(after: found)).run()
      let broken = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check")
      guard broken.isEmpty else {
        throw LedgerError.unusable("migration from schema \(found): broken references: \(broken)")
      }
      try db.execute(
        sql: "INSERT INTO schema_migrations VALUES (?, ?)",
        arguments: [Schema.version, now.milliseconds])
      var journal = try EventJournal(db)
      _ = try journal.append(.migrated(from: found, to: Schema.version), now: now, to: db)
      let number = failpoint(.ledgerMigrateWithin)
      guard number == 0 else { throw LedgerError.pretended(number) }
      return .commit
    }
    try db.execute(sql: "PRAGMA legacy_alter_table = OFF")
    try db.execute(sql: "PRAGMA foreign_keys = ON")
  }

  private static func values(after found: Int) -> [String: [String: String]] {
    all.filter { $0.version > found }.reduce(into: [:]) { merged, step in
      for (table, columns) in step.values {
        merged[table, default: [:]].merge(columns) { _, newer in newer }
      }
    }
  }
}

/// Makes the schema of an open file equal to `Schema.whole`, keeping every row.
private struct Rebuild {
  private struct Item: Hashable {
    let kind: String
    let name: String
    let table: String
    let sql: String
  }

  private let db: Database
  private let values: [String: [String: String]]
  private let wanted: Set<Item>
  private let found: Set<Item>

  init(_ db: Database, values: [String: [String: String]]) throws {
    self.db = db
    self.values = values
    let fresh = try DatabaseQueue()
    wanted = try fresh.write { db in
      try db.execute(sql: Schema.whole)
      return try Self.items(db)
    }
    found = try Self.items(db)
  }

  private static func items(_ db: Database) throws -> Set<Item> {
    let sql = "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL"
    return Set(
      try Row.fetchAll(db, sql: sql).map { row in
        Item(kind: row["type"], name: row["name"], table: row["tbl_name"], sql: row["sql"])
      })
  }

  func run() throws {
    let stale = found.subtracting(wanted)
    let tables = Set(stale.filter { $0.kind == "table" }.map(\.name))
    // Indexes and triggers of a table that is renamed would go along with it.
    for item in found where item.kind != "table" {
      guard stale.contains(item) || tables.contains(item.table) else { continue }
      try db.execute(sql: "DROP \(item.kind) \"\(item.name)\"")
    }
    for table in tables.sorted() {
      try db.execute(sql: "ALTER TABLE \"\(table)\" RENAME TO \"\(old(table))\"")
    }
    let kept = try Self.items(db)
    let missing = wanted.filter { !kept.contains($0) }
    for item in missing.sorted(by: { Self.rank($0) < Self.rank($1) }) where item.kind == "table" {
      try db.execute(sql: item.sql)
    }
    for table in tables.sorted() {
      if wanted.contains(where: { $0.kind == "table" && $0.name == table }) { try fill(table) }
      try db.execute(sql: "DROP TABLE \"\(old(table))\"")
    }
    for item in missing.sorted(by: { Self.rank($0) < Self.rank($1) }) where item.kind != "table" {
      try db.execute(sql: item.sql)
    }
    guard try Self.items(db) == wanted else {
      throw LedgerError.unusable("the migrated schema is not that of a new file")
    }
  }

  private static func rank(_ item: Item) -> String { "\(item.kind) \(item.name)" }

  private func old(_ table: String) -> String { "migrating_\(table)" }

  private func fill(_ table: String) throws {
    let before = Set(try db.columns(in: old(table)).map(\.name))
    var names: [String] = []
    var expressions: [String] = []
    for column in try db.columns(in: table).map(\.name) {
      if let expression = values[table]?[column] {
        expressions.append(expression)
      } else if before.contains(column) {
        expressions.append("\"\(column)\"")
      } else {
        continue
      }
      names.append("\"\(column)\"")
    }
    // Where a key names the place already, the place is copied with it.
    let key = try db.primaryKey(table)
    let hasPlaces = !wanted.contains { $0.name == table && $0.sql.contains("WITHOUT ROWID") }
    let place = hasPlaces && key.rowIDColumn == nil ? "rowid, " : ""
    let order = hasPlaces ? " ORDER BY rowid" : ""
    try db.execute(
      sql: """
        INSERT INTO "\(table)" (\(place)\(names.joined(separator: ", ")))
        SELECT \(place)\(expressions.joined(separator: ", ")) FROM "\(old(table))"\(order)
        """)
  }
}
