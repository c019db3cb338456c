import Domain
import GRDB

// The risk state in its tables.
extension RecordWriter {
  func insert(_ trade: ClosedTrade) throws {
    try execute(
      """
      INSERT INTO closed_trades (intent, signal, strategy, setup, instrument, direction,
        quantity_lots, entry_ticks, exit_ticks, opened_ms, closed_ms, profit_micros, fees_micros,
        end, equity_micros)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        trade.intent.data, trade.signal.text, trade.strategy?.text, trade.setup?.text,
        trade.instrument.symbol, trade.direction.rawValue, trade.quantity.lots,
        trade.entryPrice?.ticks, trade.exitPrice?.ticks, trade.openedAt.milliseconds,
        trade.closedAt.milliseconds, trade.profit?.micros, trade.fees.micros, trade.end.rawValue,
        trade.equity?.micros,
      ])
  }

  func write(_ change: RiskChange) throws {
    switch change {
    case .figure(let figure, let value, let time):
      try execute(
        "INSERT OR REPLACE INTO risk_figures VALUES (?, ?, ?)",
        [figure.rawValue, value, time.milliseconds])
    case .locked(let lock): try insert(lock)
    case .unlocked(let key, let time, _, _): try release(key, time)
    case .limit(let change): try upsert(change)
    case .tradingState(let state):
      try execute(
        "INSERT OR REPLACE INTO risk_trading_state VALUES (1, ?, ?, ?, ?)",
        [state.word, state.why, state.by, state.at.milliseconds])
    }
  }

  /// What is over goes with the next one, as in `RiskBook`.
  private func insert(_ lock: RiskLock) throws {
    try execute(
      "DELETE FROM risk_locks WHERE released_ms IS NULL AND until_ms <= ?",
      [lock.since.milliseconds])
    try execute(
      """
      INSERT OR REPLACE INTO risk_locks (kind, scope, since_ms, until_ms, why, by)
      VALUES (?, ?, ?, ?, ?, ?)
      """,
      [
        lock.kind.rawValue, lock.scope.description, lock.since.milliseconds,
        lock.until?.milliseconds, lock.why, lock.by,
      ])
  }

  /// Of a throttle it stays known when a person ended it: the count begins anew there.
  private func release(_ key: RiskLock.Key, _ time: WallTime) throws {
    if case .strategy = key.scope, key.kind == .throttle {
      return try change(
        "UPDATE risk_locks SET released_ms = ? WHERE kind = ? AND scope = ?",
        [time.milliseconds, key.kind.rawValue, key.scope.description])
    }
    try change(
      "DELETE FROM risk_locks WHERE kind = ? AND scope = ?",
      [key.kind.rawValue, key.scope.description])
  }

  private func upsert(_ change: LimitChange) throws {
    try execute("DELETE FROM risk_limits WHERE key = ? AND state = 'asked'", [change.key])
    try execute(
      "INSERT OR REPLACE INTO risk_limits VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      [
        change.key, change.state.rawValue, change.from, change.to, change.configured, change.by,
        change.why, change.at.milliseconds,
      ])
  }
}
