import Foundation
package import Domain
import Failpoint
import GRDB

/// What one pruning deleted.
package struct PruneReport: Hashable, Sendable {
  package let setups: Int
  package let intents: Int
  package let orders: Int
  package let fills: Int
  /// Ends of the oldest and the newest of the intents.
  package let firstClosed: WallTime
  package let lastClosed: WallTime
  /// Everything deleted had ended before.
  package let cutoff: WallTime

  /// A JSON object, keys sorted.
  var text: String {
    "{\"cutoff_ms\":\(cutoff.milliseconds),\"fills\":\(fills),"
      + "\"first_closed_ms\":\(firstClosed.milliseconds),\"intents\":\(intents),"
      + "\"last_closed_ms\":\(lastClosed.milliseconds),\"orders\":\(orders),\"setups\":\(setups)}"
  }
}

/// Deletes intents that are long over, a whole setup at a time.
///
/// Invariants:
/// 1. A setup goes only when all its intents ended, and expired, before the cutoff, none holds a
///    lock or owns a position, and the fills of each, with those of its exits, cancel out: every
///    law of the audit holds on.
/// 2. Its generations are remembered in `retired_setups`: no hash is ever made a second time, and
///    with it no client order id.
/// 3. Deletion and the event that tells of it are one commit.
struct Pruning {
  /// Setups that one commit deletes at most.
  static let most = 200

  private let db: Database
  private let cutoff: WallTime

  init(_ db: Database, cutoff: WallTime) {
    self.db = db
    self.cutoff = cutoff
  }

  /// Deletes what may go of the intents that ended after `cursor`; where the next search begins,
  /// nil when all was searched.
  func run(after cursor: Int64) throws -> (report: PruneReport?, next: Int64?) {
    let places = try Row.fetchAll(
      db,
      sql: """
        SELECT rowid, closed_ms FROM intents WHERE closed_ms > ? AND closed_ms < ?
        ORDER BY closed_ms LIMIT ?
        """, arguments: [cursor, cutoff.milliseconds, Self.most])
    guard let last = places.last else { return (nil, nil) }
    // All that ended in the same millisecond as the last one are left to the next search.
    let next: Int64 = places.count < Self.most ? last["closed_ms"] : (last["closed_ms"] - 1)
    try choose(places.map { $0["rowid"] })
    let report = try delete()
    return (report, places.count < Self.most ? nil : max(next, cursor + 1))
  }

  /// Fills the temporary table `doomed` with the hashes of every setup that may go.
  private func choose(_ places: [Int64]) throws {
    let list = places.map(String.init).joined(separator: ", ")
    try db.execute(sql: "CREATE TEMP TABLE IF NOT EXISTS doomed (hash BLOB PRIMARY KEY) STRICT")
    try db.execute(sql: "DELETE FROM doomed")
    try db.execute(
      sql: """
        INSERT INTO doomed SELECT DISTINCT mate.hash FROM intents AS one
          JOIN intents AS mate USING (account, instrument, strategy, direction, setup)
        WHERE one.rowid IN (\(list)) AND NOT EXISTS (
          SELECT 1 FROM intents AS kept
          WHERE kept.account = one.account AND kept.instrument = one.instrument
            AND kept.strategy = one.strategy AND kept.direction = one.direction
            AND kept.setup = one.setup AND (
              kept.closed_ms IS NULL OR kept.closed_ms >= :cutoff OR kept.valid_until_ms >= :cutoff
              OR EXISTS (SELECT 1 FROM symbol_locks WHERE symbol_locks.intent = kept.hash)
              OR EXISTS (SELECT 1 FROM positions WHERE positions.intent = kept.hash)
              OR EXISTS (SELECT 1 FROM intents AS exits WHERE exits.position = kept.hash
                AND (exits.closed_ms IS NULL OR exits.closed_ms >= :cutoff))
              OR 0 <> (
                SELECT coalesce(sum(iif(fills.side = 'buy', 1, -1) * fills.quantity_lots), 0)
                FROM orders JOIN fills USING (client_order_id) WHERE orders.intent IN (
                  SELECT kept.hash UNION ALL
                  SELECT hash FROM intents AS exits WHERE exits.position = kept.hash))))
        """, arguments: ["cutoff": cutoff.milliseconds])
    // The exits of a position go with the entry that opened it.
    try db.execute(
      sql: """
        INSERT OR IGNORE INTO doomed
        SELECT hash FROM intents WHERE position IN (SELECT hash FROM doomed)
        """)
  }

  private func delete() throws -> PruneReport? {
    let range = try Row.fetchOne(
      db,
      sql: """
        SELECT count(*) AS intents, min(closed_ms) AS first, max(closed_ms) AS last
        FROM intents WHERE hash IN (SELECT hash FROM doomed)
        """)
    guard let range, range["intents"] > 0 else { return nil }
    let number = failpoint(.ledgerPruneBefore)
    guard number == 0 else { throw LedgerError.pretended(number) }
    try db.execute(
      sql: """
        INSERT INTO retired_setups
        SELECT account, instrument, strategy, direction, setup, max(generation) + 1, ?
        FROM intents WHERE hash IN (SELECT hash FROM doomed) AND kind = 'entry'
        GROUP BY account, instrument, strategy, direction, setup
        ON CONFLICT DO UPDATE SET generations = max(generations, excluded.generations),
          retired_ms = excluded.retired_ms
        """, arguments: [cutoff.milliseconds])
    let setups = db.changesCount
    try db.execute(
      sql: """
        DELETE FROM fills WHERE client_order_id IN (
          SELECT client_order_id FROM orders WHERE intent IN (SELECT hash FROM doomed))
        """)
    let fills = db.changesCount
    try db.execute(sql: "DELETE FROM orders WHERE intent IN (SELECT hash FROM doomed)")
    let orders = db.changesCount
    try db.execute(sql: "DELETE FROM intents WHERE hash IN (SELECT hash FROM doomed)")
    return PruneReport(
      setups: setups, intents: range["intents"], orders: orders, fills: fills,
      firstClosed: WallTime(milliseconds: range["first"]),
      lastClosed: WallTime(milliseconds: range["last"]), cutoff: cutoff)
  }
}

extension Ledger {
  /// Deletes what ended before `cutoff`, one bounded piece; nil when there is nothing more.
  ///
  /// A cutoff less than `LedgerSettings.leastRetentionMilliseconds` ago deletes nothing.
  package func prune(before cutoff: WallTime, now: WallTime) throws(LedgerError) -> PruneReport? {
    let least = LedgerSettings.leastRetentionMilliseconds
    let cutoff = min(cutoff, now.advanced(byMilliseconds: -least))
    while let cursor = housekeeping.pruneCursor {
      let (report, next) = try journaled { db in
        let (report, next) = try Pruning(db, cutoff: cutoff).run(after: cursor)
        if let report {
          try LedgerFile.setProperty(db, "pruned_before", String(cutoff.milliseconds))
          _ = try self.journal.append(.pruned(report), now: now, to: db)
        }
        return (report, next)
      }
      housekeeping.pruneCursor = next
      guard let report else { continue }
      failpoint(.ledgerPruneAfter)
      return report
    }
    return nil
  }
}
