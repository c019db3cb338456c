import Domain
import GRDB

extension CandleStore {
  /// Looks at every row of every series; the tables' own laws are not relied on.
  package func audit(
    mostFindings: Int, known: KnownGaps = KnownGaps()
  ) throws(CandleStoreError) -> [SeriesAudit] {
    try read { db in
      var audits: [SeriesAudit] = []
      for (instrument, series) in try Self.everySeries(db) {
        for length in try Self.lengths("candles", instrument, db) {
          audits.append(try Self.bars(instrument, series, length, mostFindings, known, db))
        }
        for length in try Self.lengths("funding_rates", instrument, db) {
          audits.append(try Self.rates(instrument, series, length, mostFindings, known, db))
        }
      }
      return audits.sorted { ($0.series, $0.length) < ($1.series, $1.length) }
    }
  }

  /// What SQLite finds wrong with the file itself, at most a hundred sentences.
  package func damage() throws(CandleStoreError) -> [String] {
    // Outside a transaction: after a check that met damage its end would fail too.
    do {
      return try queue.unsafeRead { db in
        try String.fetchAll(db, sql: "PRAGMA quick_check(100)").filter { $0 != "ok" }
      }
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
      // A page so wrong that the check itself cannot go on.
      return [error.message ?? "the database file is malformed"]
    } catch {
      throw Self.reason(error, path)
    }
  }

  private static func everySeries(_ db: Database) throws -> [(Int64, SeriesID)] {
    try Row.fetchAll(db, sql: "SELECT id, venue, symbol, kind FROM instruments ORDER BY id")
      .map { row in
        guard let kind = SeriesID.Kind(rawValue: row[3]),
          let series = SeriesID(venue: row[1] as String, symbol: row[2] as String, kind: kind)
        else {
          throw DatabaseError(
            resultCode: .SQLITE_CORRUPT, message: "instrument \(row[0] as Int64) has no name")
        }
        return (row[0], series)
      }
  }

  private static func lengths(
    _ table: String, _ instrument: Int64, _ db: Database
  ) throws -> [BarLength] {
    try Int64.fetchAll(
      db, sql: "SELECT DISTINCT length_ms FROM \(table) WHERE instrument = ? ORDER BY 1",
      arguments: [instrument]
    ).map { milliseconds in
      guard let length = BarLength(milliseconds: milliseconds) else {
        throw DatabaseError(
          resultCode: .SQLITE_CORRUPT, message: "no bar is \(milliseconds) ms long")
      }
      return length
    }
  }

  private static func bars(
    _ instrument: Int64, _ series: SeriesID, _ length: BarLength, _ mostFindings: Int,
    _ known: KnownGaps, _ db: Database
  ) throws -> SeriesAudit {
    var audit = SeriesAudit(
      series: series, length: length, mostFindings: mostFindings, known: known)
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT open_ms, price_exponent, open, high, low, close, volume_exponent, volume, closed \
        FROM candles WHERE instrument = ? AND length_ms = ? ORDER BY open_ms
        """, arguments: [instrument, length.milliseconds])
    while let row = try rows.next() {
      let bar = BarRow(row)
      audit.see(bar.openMilliseconds, isPossible: bar.isPossible && row[8] == 1)
    }
    return audit
  }

  private static func rates(
    _ instrument: Int64, _ series: SeriesID, _ length: BarLength, _ mostFindings: Int,
    _ known: KnownGaps, _ db: Database
  ) throws -> SeriesAudit {
    var audit = SeriesAudit(
      series: series, length: length, mostFindings: mostFindings, known: known)
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT due_ms, rate, rate_exponent FROM funding_rates \
        WHERE instrument = ? AND length_ms = ? ORDER BY due_ms
        """, arguments: [instrument, length.milliseconds])
    while let row = try rows.next() {
      let rate = ExactDecimal(mantissa: row[1], exponent: row[2])
      audit.see(row[0], isPossible: rate.map { abs($0.double) < 1 } ?? false)
    }
    return audit
  }
}

extension BarRow {
  /// Whether a market can have made the bar, and it can be read back.
  var isPossible: Bool {
    low > 0 && low <= open && low <= close && open <= high && close <= high && volume >= 0
      && candle != nil
  }
}
