package import Domain
import GRDB

/// What must not be forgotten, in one SQLite file that one process owns.
///
/// Invariants:
/// 1. One connection, `locking_mode = EXCLUSIVE` before WAL, `synchronous = FULL`: a second opener
///    fails at once, a returned commit is on disk.
/// 2. A commit that throws `outcomeUnknown` may have become durable: the caller leaves the process
///    and the next life reads the file again. This object refuses every further commit.
/// 3. Events are numbered 1, 2, 3… without gaps and chained by SHA-256.
package final class Ledger {
  let queue: DatabaseQueue
  private(set) var journal: EventJournal
  private var failed: LedgerError?
  package let account: AccountID

  /// Opens or makes the ledger at `path` and stamps it with `account` and `profile`.
  package init(path: String, account: AccountID, profile: String, now: WallTime) throws(LedgerError)
  {
    self.account = account
    do {
      queue = try DatabaseQueue(path: path, configuration: Self.configuration())
      journal = try queue.write { db in
        try Schema.migrate(db, now: now)
        try Self.stamp(db, key: "account", value: account.text, path: path)
        try Self.stamp(db, key: "profile", value: profile, path: path)
        return try EventJournal(db)
      }
    } catch let error as LedgerError {
      throw error
    } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
      throw .owned(path: path)
    } catch {
      throw .unusable("unable to open ledger \(path): \(error)")
    }
  }

  private static func configuration() -> Configuration {
    var configuration = Configuration()
    configuration.label = "ledger"
    // journalMode stays untouched: GRDB's .wal sets synchronous = NORMAL after prepareDatabase.
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
      guard try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL") == "wal" else {
        throw LedgerError.unusable("the file system does not allow write-ahead logging")
      }
      try db.execute(sql: "PRAGMA synchronous = FULL")
      try db.execute(sql: "PRAGMA mmap_size = 0")
      try db.execute(sql: "PRAGMA cell_size_check = ON")
    }
    return configuration
  }

  private static func stamp(
    _ db: Database, key: String, value: String, path: String
  ) throws {
    let found = try String.fetchOne(
      db, sql: "SELECT value FROM safety_state WHERE key = ?", arguments: [key])
    guard let found else {
      try db.execute(sql: "INSERT INTO safety_state VALUES (?, ?)", arguments: [key, value])
      return
    }
    guard found == value else {
      throw LedgerError.foreign(
        "\(path) belongs to \(key) \(found), not \(value); use another state directory")
    }
  }

  /// Starts a new life of the router: its number is one more than that of the life before.
  package func beginEpoch() throws(LedgerError) -> LedgerContents {
    try guarded { db in
      let epoch = (try Self.property(db, "epoch").flatMap { Int64($0) } ?? 0) + 1
      try Self.setProperty(db, "epoch", String(epoch))
      let mark = try Self.property(db, "installation") ?? Hexadecimal.text(Digest.random(4))
      try Self.setProperty(db, "installation", mark)
      guard let installation = Hexadecimal.bytes(mark).flatMap(InstallationMark.init(bytes:)) else {
        throw LedgerError.unusable("installation mark \(mark) is not four bytes")
      }
      return try LedgerContents(db, installation: installation, epoch: epoch)
    }
  }

  /// Makes `records` durable, all or none, and returns the events they became.
  @discardableResult
  package func commit(_ records: [LedgerRecord], now: WallTime) throws(LedgerError)
    -> [LedgerEvent]
  {
    guard !records.isEmpty else { return [] }
    let before = journal
    do {
      return try guarded { db in
        try records.compactMap { record in
          try RecordWriter(db: db, account: self.account, now: now).write(record)
          return try self.journal.append(record, now: now, to: db)
        }
      }
    } catch {
      journal = before
      throw error
    }
  }

  /// Events from number `from` on, at most `count`.
  package func events(from: Int64, count: Int) throws(LedgerError) -> [LedgerEvent] {
    try guarded { db in try EventJournal.read(db, from: from, count: count) }
  }

  /// Number of the newest event; 0 when there is none.
  package var newestEvent: Int64 { journal.number }

  /// Runs `body` in one transaction; after a failed one nothing is written any more.
  private func guarded<Value>(_ body: (Database) throws -> Value) throws(LedgerError) -> Value {
    if let failed { throw failed }
    do {
      return try queue.write { db in try body(db) }
    } catch let error as LedgerError {
      throw error
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
      failed = .lawBroken("\(error)")
    } catch {
      failed = .outcomeUnknown("\(error)")
    }
    throw failed ?? .unusable("no reason")
  }

  private static func property(_ db: Database, _ key: String) throws -> String? {
    try String.fetchOne(
      db, sql: "SELECT value FROM safety_state WHERE key = ?", arguments: [key])
  }

  private static func setProperty(_ db: Database, _ key: String, _ value: String) throws {
    try db.execute(
      sql: """
        INSERT INTO safety_state VALUES (?, ?)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value
        """, arguments: [key, value])
  }
}
