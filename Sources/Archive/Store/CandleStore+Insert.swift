package import Domain
import GRDB

/// What happens to a bar that differs from the archived one.
package enum ConflictPolicy: Hashable, Sendable {
  /// The archived bar stays and the conflict is reported.
  case keep
  /// The offered bar takes its place, and that is reported too.
  case replace
}

/// Two bars of one series and open time that are not the same.
package struct BarConflict: Hashable, Sendable {
  package let archived: RawCandle
  /// Where the archived one came from.
  package let source: String
  package let offered: RawCandle
}

/// What became of a batch.
package struct InsertOutcome: Hashable, Sendable {
  package internal(set) var inserted = 0
  /// Archived already, with the same numbers.
  package internal(set) var same = 0
  /// Archived already, with other numbers.
  package internal(set) var conflicts = 0
  /// The first of them.
  package internal(set) var examples: [BarConflict] = []
  /// The prices of one bar need more than 18 digits together; it is not archived.
  package internal(set) var unfit: [RawCandle] = []

  package static let mostExamples = 20

  package static func += (total: inout InsertOutcome, batch: InsertOutcome) {
    total.inserted += batch.inserted
    total.same += batch.same
    total.conflicts += batch.conflicts
    total.examples += batch.examples.prefix(mostExamples - total.examples.count)
    total.unfit += batch.unfit
  }
}

extension CandleStore {
  private static let insertion = """
    INSERT INTO candles (instrument, length_ms, open_ms, price_exponent, open, high, low, close, \
    volume_exponent, volume, source) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
    ON CONFLICT DO NOTHING
    """
  private static let replacement = """
    UPDATE candles SET price_exponent = ?, open = ?, high = ?, low = ?, close = ?, \
    volume_exponent = ?, volume = ?, source = ? \
    WHERE instrument = ? AND length_ms = ? AND open_ms = ?
    """
  private static let lookup = """
    SELECT c.open_ms, c.price_exponent, c.open, c.high, c.low, c.close, c.volume_exponent, \
    c.volume, s.name FROM candles c JOIN sources s ON s.id = c.source \
    WHERE c.instrument = ? AND c.length_ms = ? AND c.open_ms = ?
    """

  /// Archives closed bars in one transaction; order and repetition do not matter.
  @discardableResult
  package func insert(
    _ bars: [RawCandle], series: SeriesID, length: BarLength, source: String, now: WallTime,
    onConflict policy: ConflictPolicy = .keep
  ) throws(CandleStoreError) -> InsertOutcome {
    try write { db in
      var outcome = InsertOutcome()
      let instrument = try Self.number(of: series, db)
      let origin = try Self.number(ofSource: source, now: now, db)
      let insert = try db.cachedStatement(sql: Self.insertion)
      for bar in bars {
        guard let row = BarRow(bar) else {
          outcome.unfit.append(bar)
          continue
        }
        insert.setUncheckedArguments([
          instrument, length.milliseconds, row.openMilliseconds, row.priceExponent, row.open,
          row.high, row.low, row.close, row.volumeExponent, row.volume, origin,
        ])
        try insert.execute()
        guard db.changesCount == 0 else {
          outcome.inserted += 1
          continue
        }
        try Self.meet(row, bar, instrument, length, origin, policy, &outcome, db)
      }
      return outcome
    }
  }

  /// Compares an offered bar with the one that is archived for its time.
  private static func meet(
    _ row: BarRow, _ bar: RawCandle, _ instrument: Int64, _ length: BarLength, _ origin: Int64,
    _ policy: ConflictPolicy, _ outcome: inout InsertOutcome, _ db: Database
  ) throws {
    let found = try Row.fetchOne(
      db.cachedStatement(sql: lookup),
      arguments: [instrument, length.milliseconds, row.openMilliseconds])
    guard let found, let archived = BarRow(found).candle else {
      throw DatabaseError(
        resultCode: .SQLITE_CORRUPT, message: "bar \(row.openMilliseconds) cannot be read back")
    }
    guard archived != bar else {
      outcome.same += 1
      return
    }
    outcome.conflicts += 1
    if outcome.examples.count < InsertOutcome.mostExamples {
      outcome.examples.append(BarConflict(archived: archived, source: found[8], offered: bar))
    }
    guard policy == .replace else { return }
    try db.cachedStatement(sql: replacement).execute(arguments: [
      row.priceExponent, row.open, row.high, row.low, row.close, row.volumeExponent, row.volume,
      origin, instrument, length.milliseconds, row.openMilliseconds,
    ])
  }
}

extension BarRow {
  /// The first eight columns of a query: time, exponent, prices, exponent, volume.
  init(_ row: Row) {
    self.init(
      openMilliseconds: row[0], priceExponent: row[1], open: row[2], high: row[3], low: row[4],
      close: row[5], volumeExponent: row[6], volume: row[7])
  }
}
