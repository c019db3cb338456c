import Domain
import Failpoint
import GRDB

/// Every invariant of the ledger, asked of an open file.
///
/// In full it walks every event and looks at every intent. Otherwise it follows the events since
/// the last checkpoint and looks at what is open: what is over was looked at when it ended, and is
/// looked at again, piece by piece, at idle.
struct LedgerAudit {
  /// Events and intents that one piece at idle looks at: a few milliseconds each.
  static let eventsPerPiece = 500
  static let intentsPerPiece: Int64 = 200

  let db: Database
  let account: AccountID

  /// All laws over everything.
  func full() throws -> [Violation] {
    var fold = try EventFold(db, from: AuditCheckpoint())
    while try !fold.run(count: .max) {}
    return fold.violations + (try laws(IntentScope.all))
  }

  /// The laws of the tables over `intents`, and that their hashes are those of what was decided.
  func laws(_ intents: String) throws -> [Violation] {
    var violations: [Violation] = []
    for law in IntentLaws.all { violations += try law.violations(db, intents: intents) }
    return violations + (try hashes(intents))
  }

  private func hashes(_ intents: String) throws -> [Violation] {
    var violations: [Violation] = []
    func found(_ what: String) {
      violations.append(
        Violation(
          law: "hash_is_that_of_the_decision", what: what,
          remedy: "stop, keep the file, go on with the newest copy: see the runbook"))
    }
    let rows = try Row.fetchCursor(db, sql: "SELECT * FROM intents WHERE hash IN \(intents)")
    while let row = try rows.next(), violations.count < Law.most {
      do {
        let intent = try IntentRow(row: row)
        guard Digest.sha256(decided(intent)) == intent.hash.bytes,
          row["account"] == account.text
        else {
          found("intent \(intent.hash) holds another decision")
          continue
        }
      } catch { found("\(error)") }
    }
    return violations
  }

  private func decided(_ row: IntentRow) -> [UInt8] {
    switch row.intent {
    case .entry(let entry):
      IntentKey(
        account: account, signal: entry.signal, rearmGeneration: row.rearmGeneration
      ).canonicalBytes
    case .exit(let exit): exit.canonicalBytes(account: account)
    case .adoption(let adoption): adoption.canonicalBytes(account: account)
    }
  }

  /// Follows at most `count` events after the checkpoint and, when nothing was found, moves it.
  func follow(count: Int) throws -> (violations: [Violation], through: Int64, isNewest: Bool) {
    let before = try AuditCheckpoint.read(db)
    var fold = try EventFold(db, from: before)
    let isNewest = try fold.run(count: count)
    if fold.violations.isEmpty, fold.checkpoint != before {
      try fold.checkpoint.write(db, after: before)
    }
    return (fold.violations, fold.checkpoint.number, isNewest)
  }
}

extension Ledger {
  /// Every law that does not hold, with its offenders; nothing is what it should return.
  ///
  /// Not `full`: over what is open and the events since the last checkpoint, which moves on.
  package func audit(full: Bool) throws(LedgerError) -> [Violation] {
    let account = account
    if full { return try reading { db in try LedgerAudit(db: db, account: account).full() } }
    return try upkeep { db in
      let audit = LedgerAudit(db: db, account: account)
      return try audit.follow(count: .max).violations + audit.laws(IntentScope.open)
    }
  }

  /// Follows some of the events that were not audited yet.
  func auditPiece() throws(LedgerError) -> IdleWork? {
    let account = account
    let before = try audited()
    guard before < newestEvent else { return nil }
    failpoint(.ledgerAuditBefore)
    let result = try upkeep { db in
      let audit = LedgerAudit(db: db, account: account)
      let followed = try audit.follow(count: LedgerAudit.eventsPerPiece)
      let laws = followed.isNewest ? try audit.laws(IntentScope.open) : []
      return (violations: followed.violations + laws, through: followed.through)
    }
    failpoint(.ledgerAuditAfter)
    return result.violations.isEmpty
      ? .audited(through: result.through) : .violated(result.violations)
  }

  /// Looks at some of all intents, from the first to the last, once in a life.
  func sweepPiece() throws(LedgerError) -> IdleWork? {
    guard let place = housekeeping.sweepPlace else { return try chainPiece() }
    let account = account
    let last = place + LedgerAudit.intentsPerPiece
    let result = try reading { db in
      let scope = IntentScope.written(after: place, through: last)
      let newest = try Int64.fetchOne(db, sql: "SELECT max(rowid) FROM intents") ?? 0
      return (
        violations: try LedgerAudit(db: db, account: account).laws(scope),
        isOver: last >= newest
      )
    }
    housekeeping.sweepPlace = result.isOver ? nil : last
    return result.violations.isEmpty ? .swept(place: last) : .violated(result.violations)
  }

  /// Follows the chain from its first event, once in a life: it reads every page of old events.
  private func chainPiece() throws(LedgerError) -> IdleWork? {
    guard var chain = housekeeping.chain else { return nil }
    let start = chain.number
    let isWhole = try reading { db in
      let rows = try Row.fetchCursor(
        db, sql: "SELECT * FROM events WHERE number > ? ORDER BY number LIMIT ?",
        arguments: [start, 4 * LedgerAudit.eventsPerPiece])
      while let row = try rows.next() {
        guard chain.follow(row) else { return false }
      }
      return true
    }
    housekeeping.chain = chain.number == start ? nil : chain
    guard isWhole else {
      return .violated([
        Violation(
          law: "events_are_chained",
          what: "event \(chain.number + 1) does not follow from the one before",
          remedy: "stop, keep the file, go on with the newest copy: see the runbook")
      ])
    }
    return chain.number == start ? nil : .swept(place: chain.number)
  }

  private func audited() throws(LedgerError) -> Int64 {
    try reading { db in try AuditCheckpoint.read(db).number }
  }
}
