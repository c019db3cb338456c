/// The tables as they were in version 1, word for word: files of that version are in the world.
enum SchemaVersion1 {
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
      hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
      signal TEXT NOT NULL UNIQUE,
      account TEXT NOT NULL,
      instrument TEXT NOT NULL,
      strategy TEXT NOT NULL,
      direction TEXT NOT NULL CHECK (direction IN ('long', 'short')),
      setup TEXT NOT NULL,
      generation INTEGER NOT NULL CHECK (generation >= 0),
      worst_ticks INTEGER NOT NULL CHECK (worst_ticks > 0),
      stop_ticks INTEGER NOT NULL CHECK (stop_ticks > 0),
      take_profit_ticks INTEGER CHECK (take_profit_ticks > 0),
      quantity_lots INTEGER NOT NULL CHECK (quantity_lots > 0),
      equity_micros INTEGER NOT NULL,
      decided_ms INTEGER NOT NULL,
      valid_until_ms INTEGER NOT NULL,
      accepted_ms INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('accepted', 'denied', 'sending', 'working',
        'unknown', 'filled', 'cancelled', 'rejected', 'not_placed', 'held')),
      denial TEXT,
      denial_detail TEXT,
      closed_ms INTEGER,
      CHECK ((state = 'denied') = (denial IS NOT NULL)),
      UNIQUE (account, instrument, strategy, direction, setup, generation)
    ) STRICT;

    CREATE TABLE symbol_locks (
      instrument TEXT PRIMARY KEY,
      intent BLOB NOT NULL UNIQUE REFERENCES intents (hash),
      reason TEXT NOT NULL,
      since_ms INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE orders (
      client_order_id TEXT PRIMARY KEY,
      intent BLOB NOT NULL REFERENCES intents (hash),
      role TEXT NOT NULL CHECK (role IN ('entry', 'stop', 'take_profit', 'exit')),
      attempt INTEGER NOT NULL CHECK (attempt > 0),
      instrument TEXT NOT NULL,
      side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
      type TEXT NOT NULL,
      price_ticks INTEGER CHECK (price_ticks > 0),
      quantity_lots INTEGER NOT NULL CHECK (quantity_lots > 0),
      reduce_only INTEGER NOT NULL CHECK (reduce_only IN (0, 1)),
      process_before_ms INTEGER NOT NULL,
      sent_ms INTEGER NOT NULL,
      status TEXT NOT NULL CHECK (status IN ('sending', 'working', 'unknown', 'filled',
        'cancelled', 'rejected', 'not_placed', 'held')),
      venue_order_id TEXT,
      filled_lots INTEGER NOT NULL DEFAULT 0 CHECK (filled_lots >= 0),
      text TEXT NOT NULL DEFAULT '',
      UNIQUE (intent, role, attempt),
      -- Everything but an entry may only shrink a position.
      CHECK ((role = 'entry') = (reduce_only = 0)),
      CHECK (role <> 'entry' OR filled_lots <= quantity_lots)
    ) STRICT;
    -- Layer 2 once more: at most one entry alive per instrument, whatever the code believes.
    CREATE UNIQUE INDEX one_live_entry ON orders (instrument)
      WHERE role = 'entry' AND status IN ('sending', 'working', 'unknown', 'held');
    -- At most one of each kind of protection alive per position.
    CREATE UNIQUE INDEX one_live_protection ON orders (instrument, role)
      WHERE role <> 'entry' AND status IN ('sending', 'working', 'unknown', 'held');
    CREATE INDEX orders_by_intent ON orders (intent);

    CREATE TABLE fills (
      execution_id TEXT PRIMARY KEY,
      client_order_id TEXT NOT NULL REFERENCES orders (client_order_id),
      instrument TEXT NOT NULL,
      side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
      quantity_lots INTEGER NOT NULL CHECK (quantity_lots > 0),
      price_ticks INTEGER,
      wall_ms INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE positions (
      instrument TEXT PRIMARY KEY,
      signed_lots INTEGER NOT NULL,
      intent BLOB NOT NULL REFERENCES intents (hash),
      changed_ms INTEGER NOT NULL
    ) STRICT;
    """
}
