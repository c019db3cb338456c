import Failpoint
import GRDB
import GRDBSQLite
import Glibc

/// A consistent copy of an open ledger, made in bounded steps by SQLite's backup functions.
///
/// Commits may go on between the steps: what they change is changed in the copy too. The file has
/// its name only when it is whole and on disk; until then it is called `….part`. The copy keeps no
/// log beside it, so that any reader can open it.
///
/// Use it on the thread that uses the ledger.
package final class LedgerCopy {
  private let target: String
  private var database: OpaquePointer?
  private var backup: OpaquePointer?
  /// Kept alive: the copy reads through its connection.
  private let owner: Ledger?

  static func exists(_ path: String) -> Bool {
    var information = stat()
    return lstat(path, &information) == 0
  }

  private var part: String { "\(target).part" }

  init(of db: Database, to target: String, owner: Ledger? = nil) throws {
    self.target = target
    self.owner = owner
    guard !Self.exists(target) else {
      throw LedgerError.unusable("unable to copy to \(target): it exists: name a new file")
    }
    let number = failpoint(.ledgerCopyBefore)
    guard number == 0 else { throw LedgerError.pretended(number) }
    guard unlink(part) == 0 || errno == ENOENT else {
      throw LedgerError.unusable(
        "unable to replace \(part): \(String(cString: strerror(errno)))")
    }
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
    guard sqlite3_open_v2(part, &database, flags, nil) == SQLITE_OK else { throw failure("make") }
    chmod(part, 0o600)
    backup = sqlite3_backup_init(database, "main", db.sqliteConnection, "main")
    guard backup != nil else { throw failure("begin") }
  }

  deinit {
    guard database != nil else { return }
    abandon()
    unlink(part)
  }

  /// Copies at most `pages` pages; true when the copy is whole, named and on disk.
  package func advance(pages: Int32) throws(LedgerError) -> Bool {
    do {
      guard let owner else { return true }
      return try owner.queue.writeWithoutTransaction { db in try advance(db, pages: pages) }
    } catch let error as LedgerError {
      throw error
    } catch {
      throw .unusable("unable to copy to \(target): \(error)")
    }
  }

  /// The share that is copied, 0 to 100.
  package var percent: Int {
    guard let backup, sqlite3_backup_pagecount(backup) > 0 else { return database == nil ? 100 : 0 }
    let total = sqlite3_backup_pagecount(backup)
    return Int(100 * Int64(total - sqlite3_backup_remaining(backup)) / Int64(total))
  }

  func advance(_ db: Database, pages: Int32) throws -> Bool {
    guard database != nil else { return true }
    switch sqlite3_backup_step(backup, pages) {
    case SQLITE_OK: return false
    case SQLITE_DONE: break
    case let code: throw failure("copy (\(code))")
    }
    guard sqlite3_backup_finish(backup) == SQLITE_OK else {
      backup = nil
      throw failure("finish")
    }
    backup = nil
    guard sqlite3_exec(database, "PRAGMA journal_mode = DELETE", nil, nil, nil) == SQLITE_OK,
      sqlite3_close(database) == SQLITE_OK
    else { throw failure("close") }
    database = nil
    try sync()
    guard rename(part, target) == 0 else {
      throw LedgerError.unusable("unable to name \(target): \(String(cString: strerror(errno)))")
    }
    try LedgerFile.syncFolder(of: target)
    failpoint(.ledgerCopyAfter)
    return true
  }

  private func sync() throws {
    let descriptor = open(part, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw LedgerError.unusable("unable to open \(part)") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else {
      throw LedgerError.unusable("unable to sync \(part): \(String(cString: strerror(errno)))")
    }
  }

  private func failure(_ verb: String) -> LedgerError {
    let reason = database.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
    return .unusable("unable to \(verb) copy \(target): \(reason)")
  }

  private func abandon() {
    if let backup { sqlite3_backup_finish(backup) }
    sqlite3_close(database)
    backup = nil
    database = nil
  }
}

extension Ledger {
  /// Begins a consistent copy at `target`, which must not exist; advance it until it says true.
  package func copy(to target: String) throws(LedgerError) -> LedgerCopy {
    do {
      return try queue.writeWithoutTransaction { db in
        try LedgerCopy(of: db, to: target, owner: self)
      }
    } catch let error as LedgerError {
      throw error
    } catch {
      throw .unusable("unable to copy to \(target): \(error)")
    }
  }
}
