import Domain

// The risk state: what limits on losses are measured from, and who changed what.
extension Schema {
  static let risk = """
    -- Round trips, in the order in which they ended.
    CREATE TABLE closed_trades (
      number INTEGER PRIMARY KEY,
      intent BLOB NOT NULL CHECK (length(intent) = 32),
      signal TEXT NOT NULL,
      strategy TEXT,
      setup TEXT,
      instrument TEXT NOT NULL,
      direction TEXT NOT NULL CHECK (direction IN (\(list(Direction.allCases)))),
      quantity_lots INTEGER NOT NULL CHECK (quantity_lots >= 0),
      entry_ticks INTEGER CHECK (entry_ticks > 0),
      exit_ticks INTEGER CHECK (exit_ticks > 0),
      opened_ms INTEGER NOT NULL,
      closed_ms INTEGER NOT NULL,
      profit_micros INTEGER,
      fees_micros INTEGER NOT NULL CHECK (fees_micros >= 0),
      end TEXT NOT NULL CHECK (end IN (\(list(ClosedTrade.End.allCases)))),
      equity_micros INTEGER,
      CHECK ((strategy IS NULL) = (setup IS NULL))
    ) STRICT;
    CREATE INDEX trades_by_intent ON closed_trades (intent);

    -- Day start, peak, streaks: one row a figure; and the trading state, which is a word.
    CREATE TABLE risk_figures (
      name TEXT PRIMARY KEY CHECK (name IN (\(list(RiskFigure.allCases)))),
      value INTEGER NOT NULL,
      wall_ms INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE risk_trading_state (
      only INTEGER PRIMARY KEY CHECK (only = 1),
      word TEXT NOT NULL,
      why TEXT NOT NULL,
      by TEXT NOT NULL,
      wall_ms INTEGER NOT NULL
    ) STRICT;

    -- Locks that hold or whose time is over; of a throttle that a person has ended, when.
    CREATE TABLE risk_locks (
      kind TEXT NOT NULL CHECK (kind IN (\(list(RiskLock.Kind.allCases)))),
      scope TEXT NOT NULL,
      since_ms INTEGER NOT NULL,
      until_ms INTEGER CHECK (until_ms >= since_ms),
      released_ms INTEGER,
      why TEXT NOT NULL,
      by TEXT NOT NULL,
      PRIMARY KEY (kind, scope),
      -- Only a named person lets a throttled strategy trade again.
      CHECK (kind <> 'throttle' OR until_ms IS NULL)
    ) STRICT, WITHOUT ROWID;

    -- Limits that a person has changed, or asked to loosen.
    CREATE TABLE risk_limits (
      key TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN (\(list(LimitChange.State.allCases)))),
      from_value INTEGER NOT NULL,
      to_value INTEGER NOT NULL,
      configured INTEGER NOT NULL,
      by TEXT NOT NULL,
      why TEXT NOT NULL,
      wall_ms INTEGER NOT NULL,
      PRIMARY KEY (key, state)
    ) STRICT, WITHOUT ROWID;
    """
}
