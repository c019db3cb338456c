package import Domain
import GRDB

/// One event as it stands in the file.
package struct EventRow: Hashable, Sendable {
  package let number: Int64
  package let time: WallTime
  /// Such as `ORDER_INTENT_HASH`.
  package let type: String
  /// A JSON object.
  package let body: String
}

// Questions that the router's memory does not answer.
extension Ledger {
  /// Events from number `from` on, at most `count`.
  package func events(from: Int64, count: Int) throws(LedgerError) -> [LedgerEvent] {
    try reading { db in try EventJournal.read(db, from: from, count: count) }
  }

  /// Number of the first event whose number or hash does not follow from the one before.
  package func firstBrokenLink() throws(LedgerError) -> Int64? {
    try reading { db in
      var chain = EventChain()
      let rows = try Row.fetchCursor(db, sql: "SELECT * FROM events ORDER BY number")
      while let row = try rows.next() {
        guard chain.follow(row) else { return chain.number + 1 }
      }
      return nil
    }
  }

  /// Events from number `from` on, at most `count`, of one type when it is named.
  package func eventRows(from: Int64, count: Int, type: String?) throws(LedgerError) -> [EventRow] {
    let sql = """
      SELECT number, wall_ms, type, body FROM events
      WHERE number >= ?1 AND (?2 IS NULL OR type = ?2) ORDER BY number LIMIT ?3
      """
    return try reading { db in
      try Row.fetchAll(db, sql: sql, arguments: [from, type, count]).map { row in
        EventRow(
          number: row["number"], time: WallTime(milliseconds: row["wall_ms"]), type: row["type"],
          body: row["body"])
      }
    }
  }

  /// The newest `count` fills, oldest first.
  package func fills(count: Int) throws(LedgerError) -> [Fill] {
    let sql = """
      SELECT * FROM (SELECT fills.*, orders.venue_order_id, fills.rowid AS place FROM fills
        JOIN orders USING (client_order_id) ORDER BY fills.rowid DESC LIMIT ?) ORDER BY place
      """
    return try reading { db in
      try Row.fetchAll(db, sql: sql, arguments: [count]).map { row in
        guard let instrument = InstrumentID(row["instrument"] as String),
          let side = Side(rawValue: row["side"])
        else { throw LedgerError.unusable("fill holds no valid value: \(row)") }
        return Fill(
          id: ExecutionID(unchecked: row["execution_id"]), instrument: instrument, side: side,
          quantity: Quantity(lots: row["quantity_lots"]),
          price: (row["price_ticks"] as Int64?).map(Price.init(ticks:)),
          time: WallTime(milliseconds: row["wall_ms"]),
          venueOrderID: VenueOrderID(unchecked: row["venue_order_id"] ?? "unknown"),
          clientOrderID: ClientOrderID(unchecked: row["client_order_id"]))
      }
    }
  }

  /// Runs `body`, which changes nothing.
  func reading<Value>(_ body: (Database) throws -> Value) throws(LedgerError) -> Value {
    do {
      return try queue.unsafeRead { db in try body(db) }
    } catch let error as LedgerError {
      throw error
    } catch {
      throw .unusable("unable to read: \(error)")
    }
  }
}
