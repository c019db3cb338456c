// Tables and indexes of the ledger's own upkeep; what the router writes stands in `Schema.tables`.
extension Schema {
  static let housekeeping = """
    -- How many generations of a setup were pruned away: the next one is counted on from here, so
    -- that no intent hash, and with it no client order id, is ever made a second time.
    CREATE TABLE retired_setups (
      account TEXT NOT NULL,
      instrument TEXT NOT NULL,
      strategy TEXT NOT NULL,
      direction TEXT NOT NULL,
      setup TEXT NOT NULL,
      generations INTEGER NOT NULL CHECK (generations > 0),
      retired_ms INTEGER NOT NULL,
      PRIMARY KEY (account, instrument, strategy, direction, setup)
    ) STRICT, WITHOUT ROWID;

    -- What is open (closed_ms IS NULL) and what is long over, each without walking the other.
    CREATE INDEX intents_by_closing ON intents (closed_ms);
    CREATE INDEX intents_by_position ON intents (position) WHERE position IS NOT NULL;
    CREATE INDEX fills_by_order ON fills (client_order_id, quantity_lots);
    CREATE INDEX fills_by_instrument ON fills (instrument, side, quantity_lots);
    """

  /// Everything that stands in a file of this version.
  static var whole: String { [tables, risk, housekeeping].joined(separator: "\n") }
}
