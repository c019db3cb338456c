import Domain
import GRDB

/// Closed candles and funding rates on disk, in one SQLite file of their own.
///
/// Invariants:
/// 1. One row per instrument, length and open time; what is archived never changes unless
///    replacing was asked for in words.
/// 2. Each batch is one transaction: a process killed in the middle leaves whole batches.
/// 3. A bar comes back exactly as it was archived (`BarRow`).
/// 4. Only closed bars: the table refuses anything else.
///
/// Several processes may use the file (write-ahead log); a writer waits up to five seconds for
/// another. `synchronous = NORMAL`: a power cut may lose the newest batches, never the file, and
/// both the importer and the back-fill bring them again.
package final class CandleStore: Sendable {
  package let path: String
  let queue: DatabaseQueue

  /// Seconds a writer waits for another process.
  private static let patience = 5.0

  /// Opens the archive at `path`, and makes it when it is missing unless it is only read.
  package convenience init(path: String, readOnly: Bool = false) throws(CandleStoreError) {
    try self.init(path: path, readOnly: readOnly, patience: Self.patience)
  }

  init(path: String, readOnly: Bool, patience: Double) throws(CandleStoreError) {
    self.path = path
    guard !readOnly || PathKind(path) != nil else { throw .missing(path: path) }
    do {
      let queue = try DatabaseQueue(
        path: path, configuration: Self.configuration(path: path, readOnly: readOnly, patience))
      if readOnly {
        guard try queue.read({ try StoreSchema.isCurrent($0, path: path) }) else {
          throw CandleStoreError.foreign(path: path)
        }
      } else {
        try queue.write { try StoreSchema.migrate($0, path: path) }
      }
      self.queue = queue
    } catch {
      throw Self.reason(error, path)
    }
  }

  private static func configuration(
    path: String, readOnly: Bool, _ patience: Double
  ) -> Configuration {
    var configuration = Configuration()
    configuration.label = "archive"
    configuration.readonly = readOnly
    configuration.busyMode = .timeout(patience)
    // journalMode stays untouched: GRDB's own .wal would set its pragmas after ours.
    configuration.prepareDatabase { db in
      try StoreSchema.refuseForeign(db, path: path)
      if !readOnly {
        guard try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL") == "wal" else {
          throw CandleStoreError.unusable(
            path: path, why: "the file system does not allow write-ahead logging")
        }
        try db.execute(sql: "PRAGMA synchronous = NORMAL")
        try db.execute(sql: "PRAGMA journal_size_limit = 67108864")
      }
      try db.execute(sql: "PRAGMA mmap_size = 0")
      try db.execute(sql: "PRAGMA cell_size_check = ON")
    }
    return configuration
  }

  /// Ends its use; what is in the write-ahead log moves into the file when nobody else has it open.
  package func close() throws(CandleStoreError) {
    do {
      try queue.close()
    } catch {
      throw Self.reason(error, path)
    }
  }

  /// One transaction that writes.
  func write<Value>(_ body: (Database) throws -> Value) throws(CandleStoreError) -> Value {
    do {
      return try queue.write { db in try body(db) }
    } catch {
      throw Self.reason(error, path)
    }
  }

  func read<Value>(_ body: (Database) throws -> Value) throws(CandleStoreError) -> Value {
    do {
      return try queue.read { db in try body(db) }
    } catch {
      throw Self.reason(error, path)
    }
  }

  static func reason(_ error: any Error, _ path: String) -> CandleStoreError {
    if let known = error as? CandleStoreError { return known }
    guard let failure = error as? DatabaseError else {
      return .unusable(path: path, why: "\(error)")
    }
    switch failure.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED: return .busy(path: path)
    case .SQLITE_FULL: return .full(path: path)
    case .SQLITE_NOTADB: return .foreign(path: path)
    default: return .unusable(path: path, why: "\(failure)")
    }
  }
}

extension CandleStore {
  /// The number of `series`, which is made when it is new.
  static func number(of series: SeriesID, _ db: Database) throws -> Int64 {
    if let known = try known(series, db) { return known }
    try db.execute(
      sql: "INSERT INTO instruments (venue, symbol, kind) VALUES (?, ?, ?)",
      arguments: [series.venue, series.symbol, series.kind.rawValue])
    return db.lastInsertedRowID
  }

  /// Nil when there is nothing of `series`.
  static func known(_ series: SeriesID, _ db: Database) throws -> Int64? {
    try Int64.fetchOne(
      db.cachedStatement(
        sql: "SELECT id FROM instruments WHERE venue = ? AND symbol = ? AND kind = ?"),
      arguments: [series.venue, series.symbol, series.kind.rawValue])
  }

  static func number(ofSource name: String, now: WallTime, _ db: Database) throws -> Int64 {
    let shown = String(name.suffix(256))
    if let known = try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT id FROM sources WHERE name = ?"), arguments: [shown])
    {
      return known
    }
    try db.execute(
      sql: "INSERT INTO sources (name, first_used_ms) VALUES (?, ?)",
      arguments: [shown, now.milliseconds])
    return db.lastInsertedRowID
  }
}
