import Domain
import Foundation
import GRDB

extension LedgerContents {
  /// Reads the tables, in the order of writing; a value that our own types refuse is corruption and
  /// says so.
  init(_ db: Database, installation: InstallationMark, epoch: Int64) throws {
    self.init(installation: installation, epoch: epoch)
    intents = try Row.fetchAll(db, sql: "SELECT * FROM intents ORDER BY rowid")
      .map(IntentRow.init(row:))
    orders = try Row.fetchAll(
      db, sql: "SELECT * FROM orders ORDER BY rowid"
    ).map(OrderRow.init(row:))
    positions = try Row.fetchAll(db, sql: "SELECT * FROM positions ORDER BY instrument")
      .map(PositionRow.init(row:))
    for row in try Row.fetchAll(db, sql: "SELECT instrument, intent FROM symbol_locks") {
      let column = Columns(row)
      locks[try column.instrument("instrument")] = try column.hash("intent")
    }
    for id in try String.fetchAll(db, sql: "SELECT execution_id FROM fills") {
      executions.insert(ExecutionID(unchecked: id))
    }
  }
}

extension IntentRow {
  init(row: Row) throws {
    let column = Columns(row)
    let signal = Signal(
      id: SignalID(unchecked: row["signal"]), strategy: StrategyID(unchecked: row["strategy"]),
      instrument: try column.instrument("instrument"), direction: try column.word("direction"),
      setup: SetupID(unchecked: row["setup"]), worstPrice: Price(ticks: row["worst_ticks"]),
      stop: Price(ticks: row["stop_ticks"]),
      takeProfit: (row["take_profit_ticks"] as Int64?).map(Price.init(ticks:)),
      decidedAt: MarketTime(milliseconds: row["decided_ms"]),
      validUntil: WallTime(milliseconds: row["valid_until_ms"]))
    let reason: DenialReason? =
      (row["denial"] as String?) == nil ? nil : try column.word("denial")
    self.init(
      hash: try column.hash("hash"),
      intent: OrderIntent(
        signal: signal, quantity: Quantity(lots: row["quantity_lots"]),
        equity: Money(micros: row["equity_micros"])),
      rearmGeneration: row["generation"],
      acceptedAt: WallTime(milliseconds: row["accepted_ms"]), state: try column.word("state"),
      denial: reason.map { Denial($0, row["denial_detail"] ?? "") },
      closedAt: (row["closed_ms"] as Int64?).map(WallTime.init(milliseconds:)))
  }
}

extension OrderRow {
  init(row: Row) throws {
    let column = Columns(row)
    let price = (row["price_ticks"] as Int64?).map(Price.init(ticks:))
    guard let type = OrderType(name: row["type"], price: price) else {
      throw LedgerError.unusable("order \(row["client_order_id"] as String) has no valid type")
    }
    self.init(
      intent: try column.hash("intent"), role: try column.word("role"), attempt: row["attempt"],
      placement: OrderPlacement(
        clientOrderID: ClientOrderID(unchecked: row["client_order_id"]),
        instrument: try column.instrument("instrument"), side: try column.word("side"),
        quantity: Quantity(lots: row["quantity_lots"]), type: type,
        reduceOnly: row["reduce_only"] == 1,
        processBefore: WallTime(milliseconds: row["process_before_ms"])),
      sentAt: WallTime(milliseconds: row["sent_ms"]), status: try column.word("status"),
      venueOrderID: (row["venue_order_id"] as String?).map(VenueOrderID.init(unchecked:)),
      filled: Quantity(lots: row["filled_lots"]), text: row["text"])
  }
}

extension PositionRow {
  init(row: Row) throws {
    let column = Columns(row)
    self.init(
      position: Position(
        instrument: try column.instrument("instrument"), signedLots: row["signed_lots"]),
      intent: try column.hash("intent"), changedAt: WallTime(milliseconds: row["changed_ms"]))
  }
}

/// Typed access to one row; what our types refuse is corruption.
private struct Columns {
  let row: Row

  init(_ row: Row) { self.row = row }

  func instrument(_ name: String) throws -> InstrumentID {
    try InstrumentID(row[name] as String).orCorrupt(name, row)
  }

  func hash(_ name: String) throws -> IntentHash {
    try IntentHash(data: row[name]).orCorrupt(name, row)
  }

  func word<Word: RawRepresentable<String>>(_ name: String) throws -> Word {
    try Word(rawValue: row[name]).orCorrupt(name, row)
  }
}

extension Optional {
  fileprivate func orCorrupt(_ column: String, _ row: Row) throws -> Wrapped {
    guard let self else {
      throw LedgerError.unusable("column \(column) holds no valid value: \(row)")
    }
    return self
  }
}
