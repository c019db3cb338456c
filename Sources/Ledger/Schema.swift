import Domain

/// The tables and the laws they enforce; the store is trusted more than the code above it.
enum Schema {
  static let version = 3

  static let tables = """
    CREATE TABLE schema_migrations (
      version INTEGER PRIMARY KEY,
      applied_ms INTEGER NOT NULL
    ) STRICT;

    -- One row per property of this ledger: installation, account, profile, epoch.
    CREATE TABLE safety_state (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT;

    -- Append-only, numbered without gaps, each row chained to the one before.
    CREATE TABLE events (
      number INTEGER PRIMARY KEY CHECK (number > 0),
      wall_ms INTEGER NOT NULL,
      type TEXT NOT NULL,
      body TEXT NOT NULL,
      previous BLOB NOT NULL CHECK (length(previous) = 32),
      hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32)
    ) STRICT;
    CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
      BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
    CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
      BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;

    CREATE TABLE intents (
      kind TEXT NOT NULL CHECK (kind IN (\(list(Intent.Kind.allCases)))),
      hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
      signal TEXT NOT NULL UNIQUE,
      account TEXT NOT NULL,
      instrument TEXT NOT NULL,
      strategy TEXT,
      direction TEXT NOT NULL CHECK (direction IN (\(list(Direction.allCases)))),
      setup TEXT,
      -- Of an entry its re-arm generation, of an exit or an adoption its number.
      generation INTEGER NOT NULL CHECK (generation >= 0),
      worst_ticks INTEGER CHECK (worst_ticks > 0),
      stop_ticks INTEGER CHECK (stop_ticks > 0),
      take_profit_ticks TEXT,
      quantity_lots INTEGER NOT NULL CHECK (quantity_lots > 0),
      equity_micros INTEGER,
      decided_ms INTEGER,
      valid_until_ms INTEGER,
      -- Of an exit: the intent whose position it closes, and why.
      position BLOB REFERENCES intents (hash),
      reason TEXT CHECK (reason IN (\(list(ExitReason.allCases)))),
      accepted_ms INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN (\(list(IntentState.allCases)))),
      denial TEXT,
      denial_detail TEXT,
      closed_ms INTEGER,
      CHECK ((state = 'denied') = (denial IS NOT NULL)),
      CHECK (state <> 'denied' OR closed_ms IS NOT NULL),
      CHECK ((kind = 'entry') = (strategy IS NOT NULL)),
      CHECK ((kind = 'entry') = (setup IS NOT NULL)),
      CHECK ((kind = 'entry') = (worst_ticks IS NOT NULL)),
      CHECK ((kind = 'entry') = (take_profit_ticks IS NOT NULL)),
      CHECK ((kind = 'entry') = (equity_micros IS NOT NULL)),
      CHECK ((kind = 'entry') = (decided_ms IS NOT NULL)),
      CHECK ((kind = 'entry') = (valid_until_ms IS NOT NULL)),
      CHECK ((kind = 'exit') = (position IS NOT NULL)),
      CHECK ((kind = 'exit') = (reason IS NOT NULL)),
      CHECK ((kind = 'exit') = (stop_ticks IS NULL)),
      UNIQUE (account, instrument, strategy, direction, setup, generation)
    ) STRICT;
    CREATE INDEX open_intents ON intents (accepted_ms) WHERE closed_ms IS NULL;
    -- One exit at a time per instrument.
    CREATE UNIQUE INDEX one_open_exit ON intents (instrument)
      WHERE kind = 'exit' AND closed_ms IS NULL;

    CREATE TABLE symbol_locks (
      instrument TEXT PRIMARY KEY,
      intent BLOB NOT NULL UNIQUE REFERENCES intents (hash),
      reason TEXT NOT NULL,
      since_ms INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE orders (
      client_order_id TEXT PRIMARY KEY,
      intent BLOB NOT NULL REFERENCES intents (hash),
      role TEXT NOT NULL CHECK (role IN (\(list(OrderRole.allCases)))),
      rung INTEGER NOT NULL CHECK (rung BETWEEN 0 AND \(Signal.mostTakeProfits)),
      attempt INTEGER NOT NULL CHECK (attempt > 0),
      instrument TEXT NOT NULL,
      side TEXT NOT NULL CHECK (side IN (\(list(Side.allCases)))),
      type TEXT NOT NULL,
      price_ticks INTEGER CHECK (price_ticks > 0),
      quantity_lots INTEGER NOT NULL CHECK (quantity_lots > 0),
      reduce_only INTEGER NOT NULL CHECK (reduce_only IN (0, 1)),
      process_before_ms INTEGER NOT NULL,
      sent_ms INTEGER NOT NULL,
      status TEXT NOT NULL CHECK (status IN (\(list(OrderStatus.allCases)))),
      venue_order_id TEXT,
      filled_lots INTEGER NOT NULL DEFAULT 0 CHECK (filled_lots >= 0),
      -- A cancel or an amendment under way; it has its own doubt.
      change TEXT CHECK (change IN ('cancel', 'amend')),
      change_lots INTEGER CHECK (change_lots > 0),
      change_trigger INTEGER CHECK (change_trigger > 0),
      change_sent_ms INTEGER,
      change_before_ms INTEGER,
      change_doubtful INTEGER NOT NULL DEFAULT 0 CHECK (change_doubtful IN (0, 1)),
      text TEXT NOT NULL DEFAULT '',
      UNIQUE (intent, role, rung, attempt),
      CHECK ((change IS NULL) = (change_sent_ms IS NULL)),
      CHECK ((change IS NULL) = (change_before_ms IS NULL)),
      CHECK ((change IS NOT NULL AND change = 'amend') = (change_lots IS NOT NULL)),
      -- Everything but an entry may only shrink a position.
      CHECK ((role = 'entry') = (reduce_only = 0)),
      CHECK (role <> 'entry' OR filled_lots <= quantity_lots),
      CHECK ((role = 'take_profit') = (rung > 0))
    ) STRICT;
    -- Layer 2 once more: at most one entry alive per instrument, whatever the code believes.
    CREATE UNIQUE INDEX one_live_entry ON orders (instrument)
      WHERE role = 'entry' AND status IN (\(list(OrderStatus.allCases.filter { !$0.isTerminal })));
    -- At most one of each kind of protection alive per position.
    CREATE UNIQUE INDEX one_live_protection ON orders (instrument, role, rung)
      WHERE role <> 'entry' AND status IN (\(list(OrderStatus.allCases.filter { !$0.isTerminal })));
    CREATE INDEX orders_by_intent ON orders (intent);
    CREATE TRIGGER an_order_ends_once BEFORE UPDATE OF status ON orders
      WHEN old.status IN (\(list(OrderStatus.allCases.filter(\.isTerminal))))
        AND new.status <> old.status
      BEGIN SELECT RAISE(ABORT, 'an order that has ended stays as it ended'); END;

    CREATE TABLE fills (
      execution_id TEXT PRIMARY KEY,
      client_order_id TEXT NOT NULL REFERENCES orders (client_order_id),
      instrument TEXT NOT NULL,
      side TEXT NOT NULL CHECK (side IN (\(list(Side.allCases)))),
      quantity_lots INTEGER NOT NULL CHECK (quantity_lots > 0),
      price_ticks INTEGER,
      wall_ms INTEGER NOT NULL
    ) STRICT;

    -- What the venue's position differed from our fills, once two readings agreed on it.
    CREATE TABLE adjustments (
      number INTEGER PRIMARY KEY,
      instrument TEXT NOT NULL,
      from_lots INTEGER NOT NULL,
      to_lots INTEGER NOT NULL CHECK (to_lots <> from_lots),
      wall_ms INTEGER NOT NULL,
      why TEXT NOT NULL
    ) STRICT;

    CREATE TABLE positions (
      instrument TEXT PRIMARY KEY,
      signed_lots INTEGER NOT NULL,
      intent BLOB NOT NULL REFERENCES intents (hash),
      changed_ms INTEGER NOT NULL,
      stop_ticks INTEGER NOT NULL CHECK (stop_ticks > 0),
      opened_lots INTEGER NOT NULL CHECK (opened_lots >= 0),
      opened_cost INTEGER,
      -- Since it was last flat: first fill, sold minus bought and all together in ticks times
      -- lots; null as soon as one of the prices is unknown.
      opened_ms INTEGER NOT NULL,
      cash INTEGER,
      turnover INTEGER CHECK (turnover >= 0),
      exits INTEGER NOT NULL CHECK (exits >= 0),
      adoptions INTEGER NOT NULL CHECK (adoptions >= 0)
    ) STRICT;

    -- Instruments on which no entry may be made.
    CREATE TABLE frozen (
      instrument TEXT PRIMARY KEY,
      why TEXT NOT NULL,
      since_ms INTEGER NOT NULL
    ) STRICT;
    """

  static func list(_ cases: [some RawRepresentable<String>]) -> String {
    cases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
  }
}
