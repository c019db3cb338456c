import Domain
import Foundation
import GRDB

extension LedgerContents {
  /// Reads what is not over, in the order of writing; a value that our own types refuse is
  /// corruption and says so.
  init(_ db: Database, installation: InstallationMark, epoch: Int64) throws {
    self.init(installation: installation, epoch: epoch)
    intents = try Row.fetchAll(
      db, sql: "SELECT * FROM intents WHERE closed_ms IS NULL ORDER BY rowid"
    ).map(IntentRow.init(row:))
    orders = try Row.fetchAll(
      db,
      sql: """
        SELECT orders.* FROM intents JOIN orders ON orders.intent = intents.hash
        WHERE closed_ms IS NULL ORDER BY orders.rowid
        """
    ).map(OrderRow.init(row:))
    positions = try Row.fetchAll(db, sql: "SELECT * FROM positions ORDER BY instrument")
      .map(PositionRow.init(row:))
    for row in try Row.fetchAll(db, sql: "SELECT instrument, intent FROM symbol_locks") {
      let column = Columns(row)
      locks[try column.instrument("instrument")] = try column.hash("intent")
    }
    for row in try Row.fetchAll(db, sql: "SELECT instrument, why FROM frozen") {
      frozen[try Columns(row).instrument("instrument")] = row["why"]
    }
    executions = try String.fetchAll(
      db, sql: "SELECT execution_id FROM fills ORDER BY rowid DESC LIMIT \(Self.executionBound)"
    ).reversed().map(ExecutionID.init(unchecked:))
    let prefix = "router/"
    for row in try Row.fetchAll(db, sql: "SELECT key, value FROM safety_state") {
      let key: String = row["key"]
      if key.hasPrefix(prefix) { properties[String(key.dropFirst(prefix.count))] = row["value"] }
    }
    risk = try RiskBook(db)
    intentHashes = try Int.fetchOne(db, sql: "SELECT count(*) FROM intents") ?? 0
  }
}

extension IntentRow {
  init(row: Row) throws {
    let column = Columns(row)
    let reason: DenialReason? =
      (row["denial"] as String?) == nil ? nil : try column.word("denial")
    let kind: Intent.Kind = try column.word("kind")
    let intent: Intent =
      switch kind {
      case .entry: .entry(try OrderIntent(column))
      case .exit: .exit(try ExitIntent(column))
      case .adoption: .adoption(try Adoption(column))
      }
    self.init(
      hash: try column.hash("hash"), intent: intent,
      rearmGeneration: kind == .entry ? row["generation"] : 0,
      acceptedAt: WallTime(milliseconds: row["accepted_ms"]), state: try column.word("state"),
      denial: reason.map { Denial($0, row["denial_detail"] ?? "") },
      closedAt: (row["closed_ms"] as Int64?).map(WallTime.init(milliseconds:)))
  }
}

extension OrderIntent {
  fileprivate init(_ column: Columns) throws {
    let row = column.row
    let signal = Signal(
      id: SignalID(unchecked: row["signal"]), strategy: StrategyID(unchecked: row["strategy"]),
      instrument: try column.instrument("instrument"), direction: try column.word("direction"),
      setup: SetupID(unchecked: row["setup"]), worstPrice: Price(ticks: row["worst_ticks"]),
      stop: Price(ticks: row["stop_ticks"]), takeProfits: try column.prices("take_profit_ticks"),
      decidedAt: MarketTime(milliseconds: row["decided_ms"]),
      validUntil: WallTime(milliseconds: row["valid_until_ms"]))
    self.init(
      signal: signal, quantity: Quantity(lots: row["quantity_lots"]),
      equity: Money(micros: row["equity_micros"]))
  }
}

extension ExitIntent {
  fileprivate init(_ column: Columns) throws {
    self.init(
      instrument: try column.instrument("instrument"), direction: try column.word("direction"),
      position: try column.hash("position"), reason: try column.word("reason"),
      generation: column.row["generation"], quantity: Quantity(lots: column.row["quantity_lots"]))
  }
}

extension Adoption {
  fileprivate init(_ column: Columns) throws {
    self.init(
      instrument: try column.instrument("instrument"), direction: try column.word("direction"),
      quantity: Quantity(lots: column.row["quantity_lots"]),
      stop: Price(ticks: column.row["stop_ticks"]), number: column.row["generation"])
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
      intent: try column.hash("intent"), role: try column.word("role"), rung: row["rung"],
      attempt: row["attempt"],
      placement: OrderPlacement(
        clientOrderID: ClientOrderID(unchecked: row["client_order_id"]),
        instrument: try column.instrument("instrument"), side: try column.word("side"),
        quantity: Quantity(lots: row["quantity_lots"]), type: type,
        reduceOnly: row["reduce_only"] == 1,
        processBefore: WallTime(milliseconds: row["process_before_ms"])),
      sentAt: WallTime(milliseconds: row["sent_ms"]), status: try column.word("status"),
      venueOrderID: (row["venue_order_id"] as String?).map(VenueOrderID.init(unchecked:)),
      filled: Quantity(lots: row["filled_lots"]), change: OrderChange(row), text: row["text"])
  }
}

extension OrderChange {
  /// Nil for an order without one.
  fileprivate init?(_ row: Row) {
    guard let word = row["change"] as String? else { return nil }
    let trigger = (row["change_trigger"] as Int64?).map(Price.init(ticks:))
    self.init(
      what: word == "cancel"
        ? .cancel : .amend(quantity: Quantity(lots: row["change_lots"]), trigger: trigger),
      sentAt: WallTime(milliseconds: row["change_sent_ms"]),
      processBefore: WallTime(milliseconds: row["change_before_ms"]),
      isDoubtful: row["change_doubtful"] == 1)
  }
}

extension PositionRow {
  init(row: Row) throws {
    let column = Columns(row)
    self.init(
      position: Position(
        instrument: try column.instrument("instrument"), signedLots: row["signed_lots"]),
      intent: try column.hash("intent"), changedAt: WallTime(milliseconds: row["changed_ms"]),
      stop: Price(ticks: row["stop_ticks"]), openedLots: row["opened_lots"],
      openedCost: row["opened_cost"], openedAt: WallTime(milliseconds: row["opened_ms"]),
      cash: row["cash"], turnover: row["turnover"], exits: row["exits"],
      adoptions: row["adoptions"])
  }
}
