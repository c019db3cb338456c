package import Domain
import GRDB

/// What the archive holds of one series.
package struct SeriesContents: Hashable, Sendable {
  package let series: SeriesID
  package let length: BarLength
  package let first: Int64
  package let last: Int64
  package let count: Int
  /// Places where at least one bar is missing.
  package let gaps: Int
  /// Bars that are missing in them.
  package let missing: Int
}

extension CandleStore {
  private static let columns =
    "open_ms, price_exponent, open, high, low, close, volume_exponent, volume"

  /// The newest `count` bars of `series` in ascending order; with `before`, of those that open
  /// before it.
  package func newest(
    _ count: Int, of series: SeriesID, length: BarLength, before: MarketTime? = nil
  ) throws(CandleStoreError) -> [RawCandle] {
    try read { db in
      guard count > 0, let instrument = try Self.known(series, db) else { return [] }
      let rows = try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT \(Self.columns) FROM candles \
            WHERE instrument = ? AND length_ms = ? AND open_ms < ? \
            ORDER BY open_ms DESC LIMIT ?
            """),
        arguments: [
          instrument, length.milliseconds, before?.milliseconds ?? Int64.max, count,
        ])
      return try rows.reversed().map { try Self.candle($0) }
    }
  }

  /// The bars of `series` that open in `range`, ascending, at most `count`.
  package func bars(
    of series: SeriesID, length: BarLength, in range: Range<Int64>, atMost count: Int
  ) throws(CandleStoreError) -> [RawCandle] {
    try read { db in
      guard let instrument = try Self.known(series, db) else { return [] }
      let rows = try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT \(Self.columns) FROM candles \
            WHERE instrument = ? AND length_ms = ? AND open_ms >= ? AND open_ms < ? \
            ORDER BY open_ms LIMIT ?
            """),
        arguments: [
          instrument, length.milliseconds, range.lowerBound, range.upperBound, count,
        ])
      return try rows.map { try Self.candle($0) }
    }
  }

  private static func candle(_ row: Row) throws -> RawCandle {
    guard let candle = BarRow(row).candle else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a bar cannot be read back")
    }
    return candle
  }

  /// Every series with its first, last and missing bars; sorted.
  package func contents() throws(CandleStoreError) -> [SeriesContents] {
    try read { db in
      let bars = try Self.contents(db, table: "candles", time: "open_ms")
      let rates = try Self.contents(db, table: "funding_rates", time: "due_ms")
      return (bars + rates).sorted { ($0.series, $0.length) < ($1.series, $1.length) }
    }
  }

  private static func contents(
    _ db: Database, table: String, time: String
  ) throws -> [SeriesContents] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT i.venue, i.symbol, i.kind, t.length_ms, min(t.at), max(t.at), count(*),
          sum(t.at - t.previous > t.length_ms), sum((t.at - t.previous) / t.length_ms - 1)
        FROM (SELECT instrument, length_ms, \(time) AS at, lag(\(time)) OVER
          (PARTITION BY instrument, length_ms ORDER BY \(time)) AS previous FROM \(table)) t
        JOIN instruments i ON i.id = t.instrument
        GROUP BY t.instrument, t.length_ms
        """)
    return rows.compactMap { row in
      guard let kind = SeriesID.Kind(rawValue: row[2]),
        let series = SeriesID(venue: row[0] as String, symbol: row[1] as String, kind: kind),
        let length = BarLength(milliseconds: row[3])
      else { return nil }
      return SeriesContents(
        series: series, length: length, first: row[4], last: row[5], count: row[6],
        gaps: row[7] ?? 0, missing: row[8] ?? 0)
    }
  }
}
