import Domain
import GRDB

/// The tables of the archive and the laws they enforce; docs/archive.md explains each column.
enum StoreSchema {
  static let version = 1
  /// "ILAR": an archive of candles, for file(1) and for us.
  static let applicationID = 0x494C_4152

  static let tables = """
    CREATE TABLE instruments (
      id INTEGER PRIMARY KEY,
      venue TEXT NOT NULL CHECK (length(venue) BETWEEN 1 AND 32),
      symbol TEXT NOT NULL CHECK (length(symbol) BETWEEN 1 AND 32),
      kind TEXT NOT NULL CHECK (kind IN ('trade', 'mark', 'funding')),
      UNIQUE (venue, symbol, kind)
    ) STRICT;

    -- Where a row was first seen: a file's name, or a stream of ours.
    CREATE TABLE sources (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 256),
      first_used_ms INTEGER NOT NULL
    ) STRICT;

    -- Closed bars only. open × 10^price_exponent is the price, exactly.
    CREATE TABLE candles (
      instrument INTEGER NOT NULL REFERENCES instruments (id),
      length_ms INTEGER NOT NULL CHECK (length_ms >= 60000 AND length_ms % 60000 = 0),
      open_ms INTEGER NOT NULL CHECK (open_ms >= 0),
      price_exponent INTEGER NOT NULL CHECK (price_exponent BETWEEN -30 AND 18),
      open INTEGER NOT NULL,
      high INTEGER NOT NULL,
      low INTEGER NOT NULL CHECK (low > 0),
      close INTEGER NOT NULL,
      volume_exponent INTEGER NOT NULL CHECK (volume_exponent BETWEEN -30 AND 18),
      volume INTEGER NOT NULL CHECK (volume >= 0),
      closed INTEGER NOT NULL DEFAULT 1 CHECK (closed = 1),
      source INTEGER NOT NULL REFERENCES sources (id),
      PRIMARY KEY (instrument, length_ms, open_ms),
      CHECK (open_ms % length_ms = 0),
      CHECK (low <= open AND low <= close AND open <= high AND close <= high)
    ) STRICT, WITHOUT ROWID;

    -- Rates as they were settled. due_ms is the minute, settled_ms the venue's stamp.
    CREATE TABLE funding_rates (
      instrument INTEGER NOT NULL REFERENCES instruments (id),
      length_ms INTEGER NOT NULL CHECK (length_ms >= 60000 AND length_ms % 60000 = 0),
      due_ms INTEGER NOT NULL CHECK (due_ms >= 0 AND due_ms % 60000 = 0),
      settled_ms INTEGER NOT NULL CHECK (abs(settled_ms - due_ms) <= 30000),
      rate_exponent INTEGER NOT NULL CHECK (rate_exponent BETWEEN -30 AND 18),
      rate INTEGER NOT NULL,
      source INTEGER NOT NULL REFERENCES sources (id),
      PRIMARY KEY (instrument, length_ms, due_ms)
    ) STRICT, WITHOUT ROWID;
    """

  /// Throws for a file of something else, before anything in it is changed.
  static func refuseForeign(_ db: Database, path: String) throws {
    let id = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
    guard id == applicationID || id == 0 && tables == 0 else {
      throw CandleStoreError.foreign(path: path)
    }
  }

  /// Makes the tables in an empty file; refuses a file of a newer program.
  static func migrate(_ db: Database, path: String) throws {
    guard try !isCurrent(db, path: path) else { return }
    try db.execute(sql: tables)
    try db.execute(sql: "PRAGMA application_id = \(applicationID)")
    try db.execute(sql: "PRAGMA user_version = \(version)")
  }

  /// False for an empty file.
  static func isCurrent(_ db: Database, path: String) throws -> Bool {
    let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    guard found <= version else {
      throw CandleStoreError.newerSchema(path: path, found: found, known: version)
    }
    return found == version
  }
}
