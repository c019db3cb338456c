package import Domain
import Failpoint
import GRDB

/// What must not be forgotten, in one SQLite file that one process owns.
///
/// Invariants:
/// 1. One connection, `locking_mode = EXCLUSIVE` before WAL, `synchronous = FULL`: a second opener
///    fails at once, a returned commit is on disk.
/// 2. A commit that throws `outcomeUnknown` may have become durable: the caller leaves the process
///    and the next life reads the file again. This object refuses every further commit.
/// 3. Events are numbered 1, 2, 3… without gaps and chained by SHA-256.
/// 4. Nothing is committed once the lock on the file is gone.
/// 5. The same after a failed checkpoint: what the kernel has dropped is only in the log then, and
///    the next life moves it anew.
package final class Ledger {
  package let account: AccountID
  package let path: String
  let settings: LedgerSettings
  let queue: DatabaseQueue
  let meter: LogMeter
  let ballast: Ballast
  var journal: EventJournal
  var failed: LedgerError?
  var reserve: DiskReserve
  var housekeeping = Housekeeping()
  /// Replaced by tests; free bytes, nil when unknown.
  var measureFree: () -> Int64?
  /// Last, so that it is closed last: its descriptor's closing drops SQLite's lock.
  private let lock: LockGuard

  /// Opens or makes the ledger at `path` and stamps it with `account` and `profile`.
  package init(
    path: String, account: AccountID, profile: String, now: WallTime,
    settings: LedgerSettings = LedgerSettings()
  ) throws(LedgerError) {
    self.account = account
    self.path = path
    self.settings = settings
    let meter = LogMeter()
    self.meter = meter
    ballast = Ballast(path: "\(path).ballast", bytes: settings.reserve.ballast)
    measureFree = { Ballast.free(at: path) }
    reserve = DiskReserve(settings.reserve)
    let number = failpoint(.ledgerLockBefore)
    guard number == 0 else { throw LedgerError(opening: path, LedgerError.pretended(number)) }
    lock = try LockGuard(path)
    try LedgerFile.refuseEmptied(path, hadBallast: ballast.isAnyThere)
    do {
      // Not enough room to write even the number of this life: what was kept for it is given back.
      if let free = measureFree(), free < Self.openingBytes { try ballast.release() }
      queue = try DatabaseQueue(path: path, configuration: LedgerFile.configuration())
      failpoint(.ledgerLockAfter)
      try queue.writeWithoutTransaction { db in
        meter.watch(db)
        try LedgerFile.quickCheck(db, path: path, limit: settings.quickCheckBytes)
        try Migration.run(db, path: path, now: now)
      }
      journal = try queue.write { db in
        try LedgerFile.stamp(db, key: "account", value: account.text, path: path)
        try LedgerFile.stamp(db, key: "profile", value: profile, path: path)
        return try EventJournal(db)
      }
      try LedgerFile.syncFolder(of: path)
      _ = try keepReserve()
    } catch let error as LedgerError {
      throw error
    } catch {
      throw LedgerError(opening: path, error)
    }
  }

  /// Room that the start of a life and a few protective records need.
  private static let openingBytes: Int64 = 1 << 20

  deinit {
    // Before the guard's descriptor; a connection that does not close leaves its log, which the
    // next life reads.
    try? queue.close()
  }

  /// Starts a new life of the router: its number is one more than that of the life before.
  package func beginEpoch() throws(LedgerError) -> LedgerContents {
    let contents = try guarded { db in
      let number = failpoint(.ledgerEpochBefore)
      guard number == 0 else { throw LedgerError.pretended(number) }
      let epoch = (try LedgerFile.property(db, "epoch").flatMap { Int64($0) } ?? 0) + 1
      try LedgerFile.setProperty(db, "epoch", String(epoch))
      let mark =
        try LedgerFile.property(db, "installation") ?? Hexadecimal.text(Digest.random(4))
      try LedgerFile.setProperty(db, "installation", mark)
      guard let installation = Hexadecimal.bytes(mark).flatMap(InstallationMark.init(bytes:)) else {
        throw LedgerError.unusable("installation mark \(mark) is not four bytes")
      }
      return try LedgerContents(db, installation: installation, epoch: epoch)
    }
    failpoint(.ledgerEpochAfter)
    return contents
  }

  /// Makes `records` durable, all or none, and returns the events they became.
  @discardableResult
  package func commit(_ records: [LedgerRecord], now: WallTime) throws(LedgerError)
    -> [LedgerEvent]
  {
    guard !records.isEmpty else { return [] }
    if meter.pages >= settings.mostLogPages { try checkpoint() }
    return try journaled { db in
      try records.compactMap { record in
        try RecordWriter(db: db, account: self.account, now: now).write(record)
        return try self.journal.append(record, now: now, to: db)
      }
    }
  }

  /// Number of the newest event; 0 when there is none.
  package var newestEvent: Int64 { journal.number }

  /// Moves the log into the database; returns how many pages there were.
  @discardableResult
  func checkpoint() throws(LedgerError) -> Int {
    if let failed { throw failed }
    let pages = meter.pages
    do {
      let number = failpoint(.ledgerCheckpointBefore)
      guard number == 0 else { throw LedgerError.pretended(number) }
      try queue.writeWithoutTransaction { db in _ = try db.checkpoint(.passive) }
      failpoint(.ledgerCheckpointAfter)
    } catch {
      throw fail(.outcomeUnknown("checkpoint: \(error)"))
    }
    meter.reset()
    return pages
  }

  /// Runs `body`, which may append events, in one transaction.
  func journaled<Value>(_ body: (Database) throws -> Value) throws(LedgerError) -> Value {
    try guarded { db in
      let early = failpoint(.ledgerCommitBefore)
      guard early == 0 else { throw LedgerError.pretended(early) }
      let value = try body(db)
      let late = failpoint(.ledgerCommitWithin)
      guard late == 0 else { throw LedgerError.pretended(late) }
      return value
    }
  }

  /// Runs `body`, which tells nobody of anything, in one transaction.
  func upkeep<Value>(_ body: (Database) throws -> Value) throws(LedgerError) -> Value {
    try guarded(body)
  }

  /// Runs `body` in one transaction; after a failed one nothing is written any more.
  private func guarded<Value>(_ body: (Database) throws -> Value) throws(LedgerError) -> Value {
    if let failed { throw failed }
    guard lock.isLocked else {
      throw fail(
        .unusable(
          "the lock on \(path) is gone: something in this process opened and closed the file: "
            + "leave, and start again"))
    }
    do {
      let value = try queue.write { db in try body(db) }
      let number = failpoint(.ledgerCommitAfter)
      guard number == 0 else { throw LedgerError.pretended(number) }
      return value
    } catch let error as LedgerError {
      throw fail(error)
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
      throw fail(.lawBroken("\(error)"))
    } catch {
      throw fail(.outcomeUnknown("\(error)"), wasFull: Self.isFull(error))
    }
  }

  private static func isFull(_ error: any Error) -> Bool {
    (error as? DatabaseError)?.resultCode == .SQLITE_FULL
  }

  /// Remembers why nothing more is written; a full disk gets the ballast back, for the next life.
  func fail(_ error: LedgerError, wasFull: Bool = false) -> LedgerError {
    failed = error
    guard wasFull else { return error }
    do {
      _ = try keepReserve(wasFull: true)
      return error
    } catch {
      return .outcomeUnknown("disk full, and \(error)")
    }
  }
}
