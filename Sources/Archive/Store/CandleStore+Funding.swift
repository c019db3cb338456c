package import Domain
import GRDB

extension CandleStore {
  /// The minute a rate was due: venues stamp it some milliseconds early or late.
  static func due(_ milliseconds: Int64) -> Int64 {
    (milliseconds + 30_000) / 60_000 * 60_000
  }

  /// Archives settled rates in one transaction: same minute and rate is nothing new, another rate
  /// is a conflict and the archived one stays.
  package func insert(
    _ rates: [FundingFile.Rate], series: SeriesID, length: BarLength, source: String,
    now: WallTime, onConflict policy: ConflictPolicy = .keep
  ) throws(CandleStoreError) -> FundingOutcome {
    try write { db in
      var outcome = FundingOutcome()
      let instrument = try Self.number(of: series, db)
      let origin = try Self.number(ofSource: source, now: now, db)
      for rate in rates {
        let due = Self.due(rate.milliseconds)
        try db.cachedStatement(
          sql: "INSERT INTO funding_rates VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
        ).execute(arguments: [
          instrument, length.milliseconds, due, rate.milliseconds, rate.rate.exponent,
          rate.rate.mantissa, origin,
        ])
        guard db.changesCount == 0 else {
          outcome.inserted += 1
          continue
        }
        let archived = try Row.fetchOne(
          db.cachedStatement(
            sql: """
              SELECT rate, rate_exponent FROM funding_rates \
              WHERE instrument = ? AND length_ms = ? AND due_ms = ?
              """), arguments: [instrument, length.milliseconds, due])
        guard archived?[0] != rate.rate.mantissa || archived?[1] != rate.rate.exponent else {
          outcome.same += 1
          continue
        }
        outcome.conflicts += 1
        if outcome.examples.count < InsertOutcome.mostExamples { outcome.examples.append(rate) }
        guard policy == .replace else { continue }
        try db.cachedStatement(
          sql: """
            UPDATE funding_rates SET settled_ms = ?, rate_exponent = ?, rate = ?, source = ? \
            WHERE instrument = ? AND length_ms = ? AND due_ms = ?
            """
        ).execute(arguments: [
          rate.milliseconds, rate.rate.exponent, rate.rate.mantissa, origin, instrument,
          length.milliseconds, due,
        ])
      }
      return outcome
    }
  }

  /// Settled rates of `series`, ascending, as they were archived.
  package func rates(
    of series: SeriesID, length: BarLength
  ) throws(CandleStoreError) -> [FundingFile.Rate] {
    try read { db in
      guard let instrument = try Self.known(series, db) else { return [] }
      return try Row.fetchAll(
        db,
        sql: """
          SELECT settled_ms, rate, rate_exponent FROM funding_rates \
          WHERE instrument = ? AND length_ms = ? ORDER BY due_ms
          """, arguments: [instrument, length.milliseconds]
      ).compactMap { row in
        ExactDecimal(mantissa: row[1], exponent: row[2]).map {
          FundingFile.Rate(milliseconds: row[0], rate: $0)
        }
      }
    }
  }
}

/// What became of a batch of funding rates.
package struct FundingOutcome: Hashable, Sendable {
  package internal(set) var inserted = 0
  package internal(set) var same = 0
  package internal(set) var conflicts = 0
  /// The first rates that differ from the archived ones.
  package internal(set) var examples: [FundingFile.Rate] = []
}
