import Domain
import Foundation
import GRDB

/// The end of the event chain: the number and hash that the next event follows.
///
/// `hash = SHA-256(previous hash ‖ number ‖ wall ms ‖ type ‖ 0 ‖ body)`, integers as eight bytes,
/// most significant first; the first event follows 32 zero bytes.
struct EventJournal {
  private(set) var number: Int64 = 0
  private(set) var hash = [UInt8](repeating: 0, count: 32)
  /// The intent that was accepted last.
  private var newest: (hash: IntentHash, signal: SignalID)?

  /// Finds the end of the chain in the file.
  init(_ db: Database) throws {
    let sql = "SELECT number, hash FROM events ORDER BY number DESC LIMIT 1"
    guard let row = try Row.fetchOne(db, sql: sql) else { return }
    number = row["number"]
    hash = Array(row["hash"] as Data)
  }

  /// Appends what `record` means to others; nil for a record that is only ours.
  mutating func append(
    _ record: LedgerRecord, now: WallTime, to db: Database
  ) throws -> LedgerEvent? {
    let body = try LedgerEvent.Body(record) { id in
      if case .orderSending(let order) = record, let known = newest, known.hash == order.intent {
        // Its intent was accepted just before: nothing has to be read back.
        return ExecutionReport(order, signal: known.signal)
      }
      return try ExecutionReport(order: id, in: db)
    }
    if case .intentAccepted(let row) = record { newest = (row.hash, row.name) }
    guard let body else { return nil }
    let (type, text) = EventText.encode(body)
    try append(type: type, text: text, now: now, to: db)
    return LedgerEvent(number: number, time: now, body: body)
  }

  /// Appends an event of the ledger's own upkeep.
  mutating func append(
    _ upkeep: UpkeepEvent, now: WallTime, to db: Database
  ) throws -> LedgerEvent {
    try append(type: upkeep.type, text: upkeep.text, now: now, to: db)
    return LedgerEvent(number: number, time: now, body: upkeep.body)
  }

  private mutating func append(
    type: String, text: String, now: WallTime, to db: Database
  ) throws {
    let link = ChainLink(
      number: number + 1, milliseconds: now.milliseconds, type: type, text: text)
    let next = link.hash(after: hash)
    try db.cachedStatement(sql: "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)")
      .execute(arguments: [
        link.number, link.milliseconds, type, text, Data(hash), Data(next),
      ])
    number = link.number
    hash = next
  }

  static func read(_ db: Database, from: Int64, count: Int) throws -> [LedgerEvent] {
    try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM events WHERE number >= ? ORDER BY number LIMIT ?"),
      arguments: [from, count]
    ).map { row in
      LedgerEvent(
        number: row["number"], time: WallTime(milliseconds: row["wall_ms"]),
        body: try UpkeepEvent.decode(type: row["type"], text: row["body"]))
    }
  }
}

extension LedgerEvent.Body {
  /// What a record tells others; nil for one that concerns only the router.
  ///
  /// `report` tells how an order stands once the record is written.
  init?(
    _ record: LedgerRecord, report: (ClientOrderID) throws -> ExecutionReport
  ) throws {
    switch record {
    case .intentAccepted(let row):
      switch row.intent {
      case .entry(let entry): self = .intentAccepted(row.hash, entry)
      case .exit(let exit): self = .exitAccepted(row.hash, exit)
      case .adoption(let adoption): self = .adopted(row.hash, adoption)
      }
    case .intentDenied(let hash, let signal, let denial):
      self = .intentDenied(hash, signal, denial)
    case .orderSending(let row):
      self = .execution(try report(row.id))
    case .orderStatus(let id, _, _, _), .orderDenied(let id, _):
      self = .execution(try report(id))
    case .changeSending(let id, let change): self = .state("\(change.what.name) sent \(id)")
    case .changeDoubtful(let id): self = .state("change in doubt \(id)")
    case .changeEnded(let id, let taken):
      self = .state("change \(taken ? "taken" : "not taken") \(id)")
    case .adjustment(let adjustment):
      self = .state(
        "adjusted \(adjustment.instrument) from \(adjustment.from) to \(adjustment.to) lots: "
          + adjustment.why)
    case .frozen(let instrument, let why):
      self = .state(why.map { "frozen \(instrument): \($0)" } ?? "thawed \(instrument)")
    case .resolution(let id, let by, let reason):
      self = .state("resolved \(id) by \(by): \(reason)")
    case .fill(let fill, _): self = .fill(fill)
    case .position(let row): self = .position(row.position)
    case .account(let account): self = .account(account)
    case .tradeClosed(let trade): self = .tradeClosed(trade)
    case .risk(let change): self = .risk(change)
    case .state(let text): self = .state(text)
    case .intentClosed(let hash): self = .state("closed \(hash)")
    case .intentState, .property: return nil
    }
  }
}

extension ExecutionReport {
  fileprivate init(order id: ClientOrderID, in db: Database) throws {
    let sql = """
      SELECT orders.*, intents.signal FROM orders JOIN intents ON intents.hash = orders.intent
      WHERE client_order_id = ?
      """
    let statement = try db.cachedStatement(sql: sql)
    guard let row = try Row.fetchOne(statement, arguments: [id.text]) else {
      throw LedgerError.lawBroken("no order \(id)")
    }
    self.init(try OrderRow(row: row), signal: SignalID(unchecked: row["signal"]))
  }

  fileprivate init(_ order: OrderRow, signal: SignalID) {
    self.init(
      intent: order.intent, signal: signal, clientOrderID: order.id,
      role: order.role, instrument: order.placement.instrument, status: order.status,
      cumulativeQuantity: order.filled, text: order.text)
  }
}

extension OrderChange.What {
  /// `cancel` or `amend`.
  package var name: String {
    if case .cancel = self { "cancel" } else { "amend" }
  }
}
