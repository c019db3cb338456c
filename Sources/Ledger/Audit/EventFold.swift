import Domain
import Foundation
import GRDB

/// The laws of the events, as one walk along a range of them.
///
/// - `events_are_chained`: numbers without gaps, each hash from the one before.
/// - `event_can_be_read`: type and body are ones we know.
/// - `terminal_never_reverts`: after a terminal status an order has no other, and one that was
///   never sent has none.
/// - `filled_never_falls`: what an order has filled never gets less.
/// - `event_has_its_row`, `row_has_its_event`: intents, orders and fills of both are the same.
/// - `table_says_what_was_told`: status, position and lots of the newest event and of the tables
///   agree.
struct EventFold {
  private static let remedy =
    "stop, keep the file, go on with the newest copy: see the runbook"

  private let db: Database
  private(set) var checkpoint: AuditCheckpoint
  private(set) var violations: [Violation] = []
  private var chain: EventChain
  private var positions: [String: Int64] = [:]
  private var intents = 0
  private var fills = 0
  private var trades = 0
  private var risk = RiskFold()
  private let firstIntent: Int64
  private let firstFill: Int64
  private let firstTrade: Int64
  /// What ended before this may have been pruned since.
  private let prunedBefore: Int64

  init(_ db: Database, from checkpoint: AuditCheckpoint) throws {
    self.db = db
    self.checkpoint = checkpoint
    firstIntent = checkpoint.intentPlace
    firstFill = checkpoint.fillPlace
    firstTrade = checkpoint.tradePlace ?? 0
    prunedBefore = try LedgerFile.property(db, "pruned_before").flatMap { Int64($0) } ?? .min
    chain = EventChain(
      number: checkpoint.number, hash: Hexadecimal.bytes(checkpoint.hash) ?? [])
  }

  /// Follows at most `count` events; whether it has arrived at the newest one.
  mutating func run(count: Int) throws -> Bool {
    try standsOnTheChain()
    let rows = try Row.fetchCursor(
      db, sql: "SELECT * FROM events WHERE number > ? ORDER BY number LIMIT ?",
      arguments: [checkpoint.number, count])
    var seen = 0
    while let row = try rows.next(), violations.count < Law.most {
      seen += 1
      guard chain.follow(row) else {
        found("events_are_chained", "event \(chain.number + 1) does not follow from the one before")
        return true
      }
      try take(row)
    }
    checkpoint.number = chain.number
    checkpoint.hash = Hexadecimal.text(chain.hash)
    try compareCounts()
    let isNewest = seen < count
    if isNewest { try compareTables() }
    return isNewest
  }

  private mutating func standsOnTheChain() throws {
    guard checkpoint.number > 0 else { return }
    let hash = try Data.fetchOne(
      db, sql: "SELECT hash FROM events WHERE number = ?", arguments: [checkpoint.number])
    if hash.map({ Hexadecimal.text(Array($0)) }) != checkpoint.hash {
      found("events_are_chained", "event \(checkpoint.number) is not the one that was audited")
    }
  }

  private mutating func take(_ row: Row) throws {
    let number: Int64 = row["number"]
    let body: LedgerEvent.Body
    do {
      body = try UpkeepEvent.decode(type: row["type"], text: row["body"])
    } catch {
      found("event_can_be_read", "event \(number): \(error)")
      return
    }
    let wall: Int64 = row["wall_ms"]
    switch body {
    case .intentAccepted(let hash, _), .exitAccepted(let hash, _), .adopted(let hash, _):
      try accepted(hash, number, wall)
    case .execution(let report): try execution(report, number, wall)
    case .fill(let fill): try filled(fill, number, wall)
    case .position(let position):
      positions[position.instrument.symbol] = position.signedLots
    case .tradeClosed(let trade): try closed(trade, number)
    case .risk(let change): risk.take(change)
    default: break
    }
  }

  private mutating func accepted(_ hash: IntentHash, _ number: Int64, _ wall: Int64) throws {
    let place = try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT rowid FROM intents WHERE hash = ?"), arguments: [hash.data])
    guard let place else {
      if wall >= prunedBefore { found("event_has_its_row", "event \(number): no intent \(hash)") }
      return
    }
    intents += 1
    checkpoint.intentPlace = max(checkpoint.intentPlace, place)
  }

  private mutating func filled(_ fill: Fill, _ number: Int64, _ wall: Int64) throws {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: "SELECT rowid, quantity_lots FROM fills WHERE execution_id = ?"),
      arguments: [fill.id.text])
    guard let row else {
      if wall >= prunedBefore { found("event_has_its_row", "event \(number): no fill \(fill.id)") }
      return
    }
    if row["quantity_lots"] != fill.quantity.lots {
      found(
        "table_says_what_was_told",
        "fill \(fill.id): event \(number) says \(fill.quantity.lots) lots, the table "
          + "\(row["quantity_lots"] as Int64)")
    }
    fills += 1
    checkpoint.fillPlace = max(checkpoint.fillPlace, row["rowid"])
  }

  /// Trades are told in the order of their rows.
  private mutating func closed(_ trade: ClosedTrade, _ number: Int64) throws {
    let place = (checkpoint.tradePlace ?? 0) + 1
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: "SELECT intent, profit_micros, fees_micros FROM closed_trades WHERE number = ?"),
      arguments: [place])
    guard let row, row["intent"] == trade.intent.data else {
      return found("event_has_its_row", "event \(number): no trade of intent \(trade.intent)")
    }
    if row["profit_micros"] != trade.profit?.micros || row["fees_micros"] != trade.fees.micros {
      found(
        "table_says_what_was_told", "trade \(place): event \(number) says another result")
    }
    trades += 1
    checkpoint.tradePlace = place
  }

  private mutating func execution(
    _ report: ExecutionReport, _ number: Int64, _ wall: Int64
  ) throws {
    let id = report.clientOrderID.text
    let status = report.status
    if let before = checkpoint.live[id] {
      if report.cumulativeQuantity.lots < before.filled {
        found(
          "filled_never_falls",
          "event \(number): order \(id) from \(before.filled) to "
            + "\(report.cumulativeQuantity.lots) lots")
      }
    } else if status != .sending {
      // Neither alive nor new: it had ended, and may only say so again.
      let table = try tableStatus(id)
      let isRepeated = table == nil ? wall < prunedBefore : table == status.rawValue
      if !status.isTerminal || !isRepeated {
        found(
          "terminal_never_reverts",
          "event \(number): order \(id) is \(status.rawValue) after its end, or without a start")
      }
      return
    }
    guard status.isTerminal else {
      checkpoint.live[id] = AuditCheckpoint.LiveOrder(
        status: status.rawValue, filled: report.cumulativeQuantity.lots)
      return
    }
    checkpoint.live[id] = nil
    let table = try tableStatus(id)
    if table == nil ? wall >= prunedBefore : table != status.rawValue {
      found(
        "table_says_what_was_told",
        "order \(id): event \(number) says \(status.rawValue), the table \(table ?? "nothing")")
    }
  }

  private func tableStatus(_ id: String) throws -> String? {
    try String.fetchOne(
      db.cachedStatement(sql: "SELECT status FROM orders WHERE client_order_id = ?"),
      arguments: [id])
  }

  private mutating func compareCounts() throws {
    let rows = try Int.fetchOne(
      db, sql: "SELECT count(*) FROM intents WHERE rowid > ? AND rowid <= ?",
      arguments: [firstIntent, checkpoint.intentPlace])
    if rows != intents {
      found("row_has_its_event", "\(rows ?? 0) intents, \(intents) of them were told")
    }
    let told = try Int.fetchOne(
      db, sql: "SELECT count(*) FROM fills WHERE rowid > ? AND rowid <= ?",
      arguments: [firstFill, checkpoint.fillPlace])
    if told != fills { found("row_has_its_event", "\(told ?? 0) fills, \(fills) were told") }
    let closed = try Int.fetchOne(
      db, sql: "SELECT count(*) FROM closed_trades WHERE number > ? AND number <= ?",
      arguments: [firstTrade, checkpoint.tradePlace ?? 0])
    if closed != trades {
      found("row_has_its_event", "\(closed ?? 0) round trips, \(trades) were told")
    }
  }

  private mutating func compareTables() throws {
    for (id, order) in checkpoint.live.sorted(by: { $0.key < $1.key }) {
      let table = try tableStatus(id)
      if table != order.status {
        found(
          "table_says_what_was_told",
          "order \(id): the events say \(order.status), the table \(table ?? "nothing")")
      }
    }
    for (instrument, lots) in positions.sorted(by: { $0.key < $1.key }) {
      let table = try Int64.fetchOne(
        db, sql: "SELECT signed_lots FROM positions WHERE instrument = ?", arguments: [instrument])
      if table ?? 0 != lots {
        found(
          "table_says_what_was_told",
          "position of \(instrument): the events say \(lots) lots, the table \(table ?? 0)")
      }
    }
    for difference in try risk.differences(db) { found("table_says_what_was_told", difference) }
    let silent = try Int.fetchOne(
      db, sql: "SELECT count(*) FROM closed_trades WHERE number > ?",
      arguments: [checkpoint.tradePlace ?? 0])
    if silent != 0 {
      found("row_has_its_event", "\(silent ?? 0) round trips were never told")
    }
    let untold = try Int.fetchOne(
      db, sql: "SELECT count(*) FROM intents WHERE rowid > ?", arguments: [checkpoint.intentPlace])
    if untold != 0 { found("row_has_its_event", "\(untold ?? 0) intents were never told") }
  }

  private mutating func found(_ law: String, _ what: String) {
    violations.append(Violation(law: law, what: what, remedy: Self.remedy))
  }
}
