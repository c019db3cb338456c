import Domain
import GRDB

/// What a range of events says of the risk state, against its tables.
///
/// Memory is that of the keys which these events name.
struct RiskFold {
  private var figures: [RiskFigure: Int64] = [:]
  private var locks: [RiskLock.Key: RiskLock] = [:]
  private var unlocked: Set<RiskLock.Key> = []
  private var limits: [String: LimitChange] = [:]
  private var tradingState: String?
  /// A lock whose time was over then may be gone.
  private var newestLock = WallTime(milliseconds: .min)

  mutating func take(_ change: RiskChange) {
    switch change {
    case .figure(let figure, let value, _): figures[figure] = value
    case .locked(let lock):
      locks[lock.key] = lock
      unlocked.remove(lock.key)
      newestLock = max(newestLock, lock.since)
    case .unlocked(let key, _, _, _):
      locks[key] = nil
      unlocked.insert(key)
    case .limit(let change): if change.state == .set { limits[change.key] = change }
    case .tradingState(let state): tradingState = state.word
    }
  }

  /// A sentence for each difference.
  func differences(_ db: Database) throws -> [String] {
    try figureDifferences(db) + lockDifferences(db) + limitDifferences(db)
  }

  private func figureDifferences(_ db: Database) throws -> [String] {
    var found: [String] = []
    for (figure, value) in figures.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      let table = try Int64.fetchOne(
        db, sql: "SELECT value FROM risk_figures WHERE name = ?", arguments: [figure.rawValue])
      if table != value {
        found.append("\(figure.rawValue): the events say \(value), the table \(Self.text(table))")
      }
    }
    let word = try String.fetchOne(db, sql: "SELECT word FROM risk_trading_state")
    if let tradingState, tradingState != word {
      found.append("trading state: the events say \(tradingState), the table \(word ?? "nothing")")
    }
    return found
  }

  private func lockDifferences(_ db: Database) throws -> [String] {
    var found: [String] = []
    for (key, lock) in locks where lock.isActive(at: newestLock) {
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT until_ms FROM risk_locks WHERE kind = ? AND scope = ? AND released_ms IS NULL
          """, arguments: [key.kind.rawValue, key.scope.description])
      guard let row, row["until_ms"] == lock.until?.milliseconds else {
        found.append("lock \(key.kind.rawValue) of \(key.scope): not in the table as it was told")
        continue
      }
    }
    for key in unlocked {
      let count = try Int.fetchOne(
        db,
        sql: """
          SELECT count(*) FROM risk_locks WHERE kind = ? AND scope = ? AND released_ms IS NULL
          """, arguments: [key.kind.rawValue, key.scope.description])
      if count != 0 {
        found.append("lock \(key.kind.rawValue) of \(key.scope): unlocked, and in the table")
      }
    }
    return found.sorted()
  }

  private func limitDifferences(_ db: Database) throws -> [String] {
    var found: [String] = []
    for (key, change) in limits.sorted(by: { $0.key < $1.key }) {
      let table = try Int64.fetchOne(
        db, sql: "SELECT to_value FROM risk_limits WHERE key = ? AND state = 'set'",
        arguments: [key])
      if table != change.to {
        found.append("limit \(key): the events say \(change.to), the table \(Self.text(table))")
      }
    }
    return found
  }

  private static func text(_ value: Int64?) -> String { value.map { "\($0)" } ?? "nothing" }
}
