package import Domain
import GRDB

extension Ledger {
  /// Opens the file at `path` as its owner would, checks it whole and closes it again.
  ///
  /// For `doctor`, when nothing runs: throws `owned` while a router does, `foreign` or
  /// `newerSchema` when the file is not this program's, `unusable` when it is damaged or when there
  /// is none. It starts no life; an older schema is told as a violation and left as it is.
  package static func check(
    path: String, account: AccountID, profile: String
  ) throws(LedgerError) -> [Violation] {
    guard LedgerCopy.exists(path) else { throw .unusable("\(path): no such file") }
    let lock = try LockGuard(path)
    defer { withExtendedLifetime(lock) {} }
    do {
      let queue = try DatabaseQueue(path: path, configuration: LedgerFile.configuration())
      let violations = try queue.read { db in
        try examine(db, path: path, account: account, profile: profile)
      }
      try queue.close()
      return violations
    } catch let error as LedgerError {
      throw error
    } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
      throw .owned(path: path)
    } catch {
      throw .unusable("unable to check \(path): \(error)")
    }
  }

  private static func examine(
    _ db: Database, path: String, account: AccountID, profile: String
  ) throws -> [Violation] {
    try LedgerFile.quickCheck(db, path: path, limit: .max)
    let found = try Int.fetchOne(db, sql: "SELECT max(version) FROM schema_migrations") ?? 0
    guard found <= Schema.version else {
      throw LedgerError.newerSchema(found: found, known: Schema.version)
    }
    for (key, value) in [("account", account.text), ("profile", profile)] {
      guard let stamped = try LedgerFile.property(db, key), stamped != value else { continue }
      throw LedgerError.foreign("\(path) belongs to \(key) \(stamped), not \(value)")
    }
    guard found == Schema.version else {
      return [
        Violation(
          law: "schema_is_current", what: "schema \(found), this program has \(Schema.version)",
          remedy: "start the router: it keeps a copy and migrates")
      ]
    }
    return try LedgerAudit(db: db, account: account).full()
  }
}
