import GRDB
import GRDBSQLite

/// Counts the pages in the write-ahead log, as SQLite tells after each commit.
final class LogMeter {
  private(set) var pages = 0

  /// Begins to listen; the meter has to outlive the connection.
  func watch(_ db: Database) {
    let me = Unmanaged.passUnretained(self).toOpaque()
    _ = sqlite3_wal_hook(
      db.sqliteConnection,
      { user, _, _, pages in
        guard let user else { return SQLITE_OK }
        Unmanaged<LogMeter>.fromOpaque(user).takeUnretainedValue().pages = Int(pages)
        return SQLITE_OK
      }, me)
  }

  /// Everything was moved into the database: the next commit begins the log anew.
  func reset() { pages = 0 }
}
