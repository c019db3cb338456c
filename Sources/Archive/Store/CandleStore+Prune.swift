package import Domain
import GRDB

/// How much of a series is kept; nil keeps all.
package struct Retention: Hashable, Sendable {
  /// At least one.
  package let count: Int?
  package let milliseconds: Int64?

  /// Keeps the newest `count` bars, and of those the ones that opened in the last `milliseconds`.
  package init(count: Int? = nil, milliseconds: Int64? = nil) {
    self.count = count.map { max(1, $0) }
    self.milliseconds = milliseconds.map { max(0, $0) }
  }
}

extension CandleStore {
  /// Removes from every series what the retention of its length does not keep.
  ///
  /// Lengths without an entry keep all. Returns how many bars went.
  package func prune(
    _ retention: [BarLength: Retention], now: MarketTime
  ) throws(CandleStoreError) -> Int {
    var removed = 0
    for (length, kept) in retention.sorted(by: { $0.key < $1.key }) {
      removed += try write { db in
        let instruments = try Int64.fetchAll(db, sql: "SELECT id FROM instruments ORDER BY id")
        var count = 0
        for instrument in instruments {
          guard let oldest = try Self.oldestKept(kept, instrument, length, now, db) else {
            continue
          }
          try db.cachedStatement(
            sql: "DELETE FROM candles WHERE instrument = ? AND length_ms = ? AND open_ms < ?"
          ).execute(arguments: [instrument, length.milliseconds, oldest])
          count += db.changesCount
        }
        return count
      }
    }
    return removed
  }

  /// Open time of the oldest bar that stays; nil when all do.
  private static func oldestKept(
    _ kept: Retention, _ instrument: Int64, _ length: BarLength, _ now: MarketTime, _ db: Database
  ) throws -> Int64? {
    let byAge = kept.milliseconds.map { now.milliseconds - $0 }
    let byCount = try kept.count.flatMap { count in
      try Int64.fetchOne(
        db.cachedStatement(
          sql: """
            SELECT open_ms FROM candles WHERE instrument = ? AND length_ms = ? \
            ORDER BY open_ms DESC LIMIT 1 OFFSET ?
            """), arguments: [instrument, length.milliseconds, count - 1])
    }
    return [byAge, byCount].compactMap { $0 }.max()
  }
}
