import Domain
import Failpoint
import GRDB
import GRDBSQLite
import Glibc

/// How the ledger's file is opened, and the properties that stand in it.
enum LedgerFile {
  /// One connection that owns the file: every setting that durability rests on, in this order.
  static func configuration() -> Configuration {
    var configuration = Configuration()
    configuration.label = "ledger"
    // Busy means that another process holds the file, which waiting does not cure.
    configuration.busyMode = .immediateError
    // journalMode stays untouched: GRDB's .wal sets synchronous = NORMAL after prepareDatabase.
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
      guard try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL") == "wal" else {
        throw LedgerError.unusable("the file system does not allow write-ahead logging")
      }
      try db.execute(sql: "PRAGMA synchronous = FULL")
      try db.execute(sql: "PRAGMA mmap_size = 0")
      try db.execute(sql: "PRAGMA cell_size_check = ON")
      try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
      try db.execute(sql: "PRAGMA journal_size_limit = 67108864")
      try db.execute(sql: "PRAGMA temp_store = MEMORY")
      try verify(db)
    }
    return configuration
  }

  /// A pragma that is not obeyed says nothing: each is read back.
  private static func verify(_ db: Database) throws {
    let wanted = [
      ("locking_mode", "exclusive"), ("synchronous", "2"), ("cell_size_check", "1"),
      ("wal_autocheckpoint", "0"), ("journal_size_limit", "67108864"), ("foreign_keys", "1"),
    ]
    for (pragma, value) in wanted {
      let found = try Row.fetchOne(db, sql: "PRAGMA \(pragma)")?[0]
      let text = found.map { (value: any DatabaseValueConvertible) in "\(value)" } ?? "nothing"
      guard text == value else {
        throw LedgerError.unusable("SQLite has \(pragma) = \(text), not \(value)")
      }
    }
  }

  /// An empty file is a new ledger, unless something shows that it was one: SQLite would begin anew
  /// without a word, and every decision could be made a second time.
  static func refuseEmptied(_ path: String, hadBallast: Bool) throws(LedgerError) {
    guard hadBallast, size(path) == 0, size("\(path)-wal") == 0 else { return }
    throw .needsOperator(
      "\(path) is empty, and its ballast shows that it was a ledger: put the newest copy in its "
        + "place; to begin anew take its ballast away too")
  }

  private static func size(_ path: String) -> Int64 {
    var information = stat()
    return stat(path, &information) == 0 ? Int64(information.st_size) : 0
  }

  /// Whether the pages hang together; only of a file that is small enough to wait for it.
  static func quickCheck(_ db: Database, path: String, limit: Int64) throws {
    guard size(path) <= limit else { return }
    let findings = try String.fetchAll(db, sql: "PRAGMA quick_check(10)")
    guard findings == ["ok"] else {
      throw LedgerError.needsOperator(
        "\(path) is damaged: \(findings.joined(separator: "; ")): "
          + "stop, keep the file, go on with the newest copy: see the runbook")
    }
  }

  /// Writes `key` into a new file; refuses a file that was stamped with another value.
  static func stamp(_ db: Database, key: String, value: String, path: String) throws {
    guard let found = try property(db, key) else {
      try setProperty(db, key, value)
      return
    }
    guard found == value else {
      throw LedgerError.foreign(
        "\(path) belongs to \(key) \(found), not \(value); use another state directory")
    }
  }

  static func property(_ db: Database, _ key: String) throws -> String? {
    try String.fetchOne(
      db.cachedStatement(sql: "SELECT value FROM safety_state WHERE key = ?"), arguments: [key])
  }

  static func setProperty(_ db: Database, _ key: String, _ value: String) throws {
    try db.execute(
      sql: """
        INSERT INTO safety_state VALUES (?, ?)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value
        """, arguments: [key, value])
  }

  /// Makes the names of the database and its log durable; SQLite ignores a failure of this.
  static func syncFolder(of path: String) throws(LedgerError) {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let descriptor = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .unusable("unable to open \(folder): \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else {
      throw .unusable("unable to sync \(folder): \(String(cString: strerror(errno)))")
    }
  }
}

extension LedgerError {
  /// What a failure to open the file at `path` means for whoever may start again.
  init(opening path: String, _ error: any Error) {
    let why = "unable to open ledger \(path): \(error)"
    switch (error as? DatabaseError)?.resultCode {
    case .SQLITE_BUSY: self = .owned(path: path)
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      self = .needsOperator(
        "\(why): stop, keep the file, go on with the newest copy: see the runbook")
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN:
      self = .needsOperator("\(why): make it and its folder writable for this user")
    default: self = .unusable(why)
    }
  }

  /// What a failpoint's number of errno looks like from SQLite.
  static func pretended(_ number: Int32) -> DatabaseError {
    DatabaseError(
      resultCode: number == FailErrno.noSpace.rawValue ? .SQLITE_FULL : .SQLITE_IOERR,
      message: "failpoint")
  }
}
