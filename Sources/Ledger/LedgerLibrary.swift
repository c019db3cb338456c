import GRDBSQLite

/// The SQLite this process is linked with.
package enum LedgerLibrary {
  package static var version: String { String(cString: sqlite3_libversion()) }
}
