import Domain
import GRDB

extension RiskBook {
  /// The risk state as the tables hold it.
  init(_ db: Database) throws {
    self.init()
    for row in try Row.fetchAll(db, sql: "SELECT * FROM risk_figures") {
      let figure: RiskFigure = try Columns(row).word("name")
      figures[figure] = Figure(
        value: row["value"], at: WallTime(milliseconds: row["wall_ms"]))
    }
    try readLocks(db)
    for row in try Row.fetchAll(db, sql: "SELECT * FROM risk_limits") {
      let change = try LimitChange(row)
      if change.state == .asked { asked[change.key] = change } else { limits[change.key] = change }
    }
    if let row = try Row.fetchOne(db, sql: "SELECT * FROM risk_trading_state") {
      tradingState = RiskTradingState(
        word: row["word"], why: row["why"], by: row["by"],
        at: WallTime(milliseconds: row["wall_ms"]))
    }
    trades = try Row.fetchAll(
      db, sql: "SELECT * FROM closed_trades ORDER BY number DESC LIMIT \(Self.mostTrades)"
    ).reversed().map(ClosedTrade.init(row:))
    executions = try Row.fetchAll(
      db,
      sql: """
        SELECT strategy, accepted_ms FROM intents WHERE kind = 'entry'
        ORDER BY rowid DESC LIMIT \(Self.mostExecutions)
        """
    ).reversed().map { row in
      Execution(
        strategy: StrategyID(unchecked: row["strategy"]),
        at: WallTime(milliseconds: row["accepted_ms"]))
    }
  }

  private mutating func readLocks(_ db: Database) throws {
    for row in try Row.fetchAll(db, sql: "SELECT * FROM risk_locks") {
      let column = Columns(row)
      guard let scope = RiskLock.Scope(row["scope"] as String) else {
        throw LedgerError.unusable("risk lock holds no valid scope: \(row)")
      }
      let lock = RiskLock(
        kind: try column.word("kind"), scope: scope,
        since: WallTime(milliseconds: row["since_ms"]),
        until: (row["until_ms"] as Int64?).map(WallTime.init(milliseconds:)), why: row["why"],
        by: row["by"])
      guard let released = row["released_ms"] as Int64? else {
        locks[lock.key] = lock
        continue
      }
      if case .strategy(let name) = scope { enabledAt[name] = WallTime(milliseconds: released) }
    }
  }
}

extension LimitChange {
  fileprivate init(_ row: Row) throws {
    self.init(
      key: row["key"], from: row["from_value"], to: row["to_value"],
      configured: row["configured"], state: try Columns(row).word("state"),
      at: WallTime(milliseconds: row["wall_ms"]), by: row["by"], why: row["why"])
  }
}

extension ClosedTrade {
  fileprivate init(row: Row) throws {
    let column = Columns(row)
    self.init(
      intent: try column.hash("intent"), signal: SignalID(unchecked: row["signal"]),
      strategy: (row["strategy"] as String?).map(StrategyID.init(unchecked:)),
      setup: (row["setup"] as String?).map(SetupID.init(unchecked:)),
      instrument: try column.instrument("instrument"), direction: try column.word("direction"),
      quantity: Quantity(lots: row["quantity_lots"]),
      entryPrice: (row["entry_ticks"] as Int64?).map(Price.init(ticks:)),
      exitPrice: (row["exit_ticks"] as Int64?).map(Price.init(ticks:)),
      openedAt: WallTime(milliseconds: row["opened_ms"]),
      closedAt: WallTime(milliseconds: row["closed_ms"]),
      profit: (row["profit_micros"] as Int64?).map(Money.init(micros:)),
      fees: Money(micros: row["fees_micros"]), end: try column.word("end"),
      equity: (row["equity_micros"] as Int64?).map(Money.init(micros:)))
  }
}
