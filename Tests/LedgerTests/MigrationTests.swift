import Domain
import Failpoint
import Foundation
import GRDB
import Testing

@testable import Ledger

@Suite("migrations")
struct MigrationTests {
  let place = TemporaryLedger()

  /// Makes a file of version 1 with the rows that `Trade.classic` leaves.
  private func makeVersion1() throws {
    let model = TemporaryLedger()
    try { try model.open().play(Trade.classic) }()
    let queue = try DatabaseQueue(path: place.path)
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: SchemaVersion1.tables)
      try db.execute(sql: "ATTACH '\(model.path)' AS model")
      for table in ["safety_state", "events", "intents", "symbol_locks", "orders", "fills"] {
        let names = try db.columns(in: table).map(\.name)
        // One price then, a list now.
        let values = names.map { $0 == "take_profit_ticks" ? "CAST(\($0) AS INTEGER)" : $0 }
        try db.execute(
          sql: """
            INSERT INTO main.\(table) (\(names.joined(separator: ", ")))
            SELECT \(values.joined(separator: ", ")) FROM model.\(table)
            """)
      }
      try db.execute(
        sql: """
          INSERT INTO main.positions SELECT instrument, signed_lots, intent, changed_ms
          FROM model.positions
          """)
      try db.execute(sql: "INSERT INTO main.schema_migrations VALUES (1, 5)")
      try db.execute(sql: "DETACH model")
    }
    try queue.close()
  }

  private func schema() throws -> [String] {
    try DatabaseQueue(path: place.path).read { db in
      try String.fetchAll(
        db, sql: "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name")
    }
  }

  private func backups() throws -> [String] {
    try place.files().filter { $0.contains(".schema-") }
  }

  @Test func `a file of version 1 becomes one of today with the same contents`() throws {
    try makeVersion1()
    let model = TemporaryLedger()
    let (wanted, intents, orders) = try {
      let ledger = try model.open()
      try ledger.play(Trade.classic)
      return (
        try ledger.beginEpoch(), try ledger.intents(count: 100), try ledger.orders(count: 100)
      )
    }()
    try {
      let ledger = try place.open()
      let contents = try ledger.beginEpoch()
      #expect(try ledger.intents(count: 100) == intents)
      #expect(try ledger.orders(count: 100) == orders)
      #expect(contents.intents == wanted.intents)
      #expect(contents.positions.map(\.position) == wanted.positions.map(\.position))
      #expect(contents.positions.map(\.stop) == wanted.positions.map(\.stop))
      // What is open was opened by its entry's fills; what that cost is unknown.
      #expect(contents.positions.map(\.openedLots) == [10, 10])
      #expect(contents.positions.map(\.openedCost) == [nil, nil])
      #expect(contents.locks == wanted.locks)
      #expect(contents.executions == wanted.executions)
      #expect(try ledger.audit(full: true) == [])
      #expect(try ledger.eventRows(from: 1, count: 10, type: "MIGRATED").count == 1)
      let newest = try ledger.events(from: ledger.newestEvent, count: 1)
      #expect(newest.map(\.body) == [.state("MIGRATED {\"from\":1,\"to\":\(Schema.version)}")])
    }()
    let fresh = TemporaryLedger()
    try { _ = try fresh.open() }()
    let freshSchema = try DatabaseQueue(path: fresh.path).read { db in
      try String.fetchAll(
        db, sql: "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name")
    }
    #expect(try schema() == freshSchema)
  }

  @Test func `before anything changes a whole copy of the old file lies beside it`() throws {
    try makeVersion1()
    let events = try DatabaseQueue(path: place.path).read { db in
      try Int.fetchOne(db, sql: "SELECT count(*) FROM events") ?? 0
    }
    try { _ = try place.open() }()
    #expect(try backups() == ["ledger.sqlite.schema-1.event-\(events)"])
    let copy = try DatabaseQueue(path: "\(place.path).schema-1.event-\(events)")
    try copy.read { db throws in
      #expect(try String.fetchOne(db, sql: "PRAGMA integrity_check") == "ok")
      #expect(try Int.fetchOne(db, sql: "SELECT max(version) FROM schema_migrations") == 1)
      #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM events") == events)
    }
  }

  @Test func `an acceptance of the first schema, with one price or none, can still be read`() throws
  {
    let ledger = try place.open()
    try ledger.commit([.intentAccepted(Sample.intent("1"))], now: Sample.now)
    let body = try #require(try ledger.eventRows(from: 1, count: 1, type: nil).first?.body)
    #expect(body.contains("\"take_profit_ticks\":[1200]"))
    let type = "ORDER_INTENT_HASH"
    let one = body.replacing("[1200]", with: "1200")
    #expect(try EventText.decode(type: type, text: one) == EventText.decode(type: type, text: body))
    let none = body.replacing("\"take_profit_ticks\":[1200],", with: "")
    guard case .intentAccepted(_, let intent) = try EventText.decode(type: type, text: none) else {
      Issue.record("\(none)")
      return
    }
    #expect(intent.signal.takeProfits.isEmpty)
  }

  @Test func `a file of version 2 gets the risk state; what an open position cost stays unknown`()
    throws
  {
    try { try place.open().play(Trade("a").opening) }()
    try place.shell(
      """
      DROP TABLE closed_trades; DROP TABLE risk_figures; DROP TABLE risk_trading_state;
      DROP TABLE risk_locks; DROP TABLE risk_limits;
      ALTER TABLE positions DROP COLUMN opened_ms; ALTER TABLE positions DROP COLUMN cash;
      ALTER TABLE positions DROP COLUMN turnover; UPDATE schema_migrations SET version = 2;
      """)
    let ledger = try place.open()
    let contents = try ledger.beginEpoch()
    let row = try #require(contents.positions.first)
    #expect(row.position.signedLots == 10 && row.cash == nil && row.turnover == nil)
    #expect(row.openedAt == row.changedAt)
    #expect(contents.risk.figures.isEmpty && contents.risk.executions.count == 1)
    #expect(try ledger.audit(full: true) == [])
    try ledger.commit(
      [.risk(.figure(.peakEquity, 1, at: Sample.now))], now: Sample.now)
    #expect(try ledger.beginEpoch().risk.figure(.peakEquity) == 1)
  }

  @Test func `a second opening migrates nothing`() throws {
    try makeVersion1()
    try { _ = try place.open() }()
    try { _ = try place.open() }()
    #expect(try backups().count == 1)
    #expect(try place.open().eventRows(from: 1, count: 10, type: "MIGRATED").count == 1)
  }

  @Test(arguments: ["migrate.before", "migrate.within", "migrate.after", "copy.before"])
  func `a migration that is killed is done by the next life`(point: String) async throws {
    try makeVersion1()
    let path: String = place.path
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = path as String, point = point as String] in
      _ = try? Failpoints.arm("ledger.\(point)=kill", stage: "test", generation: 1)
      _ = try? Ledger(
        path: path, account: AccountID(unchecked: "demo"), profile: "demo", now: Sample.now,
        settings: TemporaryLedger.settings)
      _exit(3)
    }
    let ledger = try place.open()
    #expect(try ledger.audit(full: true) == [])
    #expect(try ledger.eventRows(from: 1, count: 10, type: "MIGRATED").count == 1)
    #expect(try backups().count == 1)
  }

  @Test func `a migration that fails changes nothing`() async throws {
    try makeVersion1()
    let before = try schema()
    let path: String = place.path
    await #expect(processExitsWith: .exitCode(9)) { [path = path as String] in
      _ = try? Failpoints.arm("ledger.migrate.within=eio", stage: "test", generation: 1)
      let ledger = try? Ledger(
        path: path, account: AccountID(unchecked: "demo"), profile: "demo", now: Sample.now,
        settings: TemporaryLedger.settings)
      _exit(ledger == nil ? 9 : 10)
    }
    #expect(try schema() == before)
  }

  @Test func `a broken reference in the old file stops the migration`() throws {
    try makeVersion1()
    try place.shell("DELETE FROM orders WHERE rowid = 1")
    let error = #expect(throws: LedgerError.self) { try place.open() }
    #expect(error?.description.contains("broken references") == true)
    #expect(
      try DatabaseQueue(path: place.path).read { db in
        try Int.fetchOne(db, sql: "SELECT max(version) FROM schema_migrations")
      } == 1)
  }
}
