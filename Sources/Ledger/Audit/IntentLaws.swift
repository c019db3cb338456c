/// The laws of intents, orders, fills, locks and positions, each by its name.
///
/// A further law is a further row; docs/ledger.md lists them.
enum IntentLaws {
  private static let stop = "stop, keep the file, compare with the venue: see the runbook"

  static let all = locks + lives + fills + positions + generations + risk

  private static let locks = [
    Law(
      name: "one_live_entry_per_instrument",
      broken: """
        SELECT instrument || ' has ' || count(*) || ' live entries' FROM orders
        WHERE role = 'entry' AND status IN ($live) GROUP BY instrument HAVING count(*) > 1
        """, remedy: stop),
    Law(
      name: "lock_belongs_to_a_live_entry",
      broken: """
        SELECT symbol_locks.instrument || ' is locked by intent ' || lower(hex(intent))
          || ', which is ' || coalesce(state, 'missing')
        FROM symbol_locks LEFT JOIN intents ON hash = symbol_locks.intent
        WHERE state IS NULL OR state NOT IN ($live) OR kind <> 'entry'
          OR intents.instrument <> symbol_locks.instrument
        """, remedy: stop),
    Law(
      name: "live_entry_holds_the_lock",
      broken: """
        SELECT 'intent ' || lower(hex(hash)) || ' is ' || state || ' without the lock on '
          || instrument
        FROM intents WHERE hash IN $intents AND kind = 'entry' AND state IN ($live) AND NOT EXISTS (
          SELECT 1 FROM symbol_locks
          WHERE intent = hash AND symbol_locks.instrument = intents.instrument)
        """, remedy: stop),
  ]

  private static let lives = [
    Law(
      name: "intent_follows_its_entry",
      broken: """
        SELECT 'intent ' || lower(hex(hash)) || ' is ' || state || ', its entry '
          || coalesce(status, 'was never sent')
        FROM intents LEFT JOIN orders ON intent = hash AND role = 'entry' AND attempt = (
          SELECT max(attempt) FROM orders AS newest WHERE newest.intent = hash AND role = 'entry')
        WHERE hash IN $intents AND kind = 'entry'
          AND state <> coalesce(status, iif(state = 'denied', state, 'accepted'))
        """, remedy: stop),
    Law(
      name: "denied_intent_sent_nothing",
      broken: """
        SELECT 'intent ' || lower(hex(hash)) || ' is denied and has order ' || client_order_id
          || ', which is ' || status
        FROM intents JOIN orders ON intent = hash
        WHERE hash IN $intents AND state = 'denied' AND status <> 'denied'
        """, remedy: stop),
    Law(
      name: "closed_intent_is_over",
      broken: """
        SELECT 'intent ' || lower(hex(hash)) || ' is closed and ' || iif(state IN ($live),
          state, 'has a live order')
        FROM intents WHERE hash IN $intents AND closed_ms IS NOT NULL
          AND ((kind = 'entry' AND state IN ($live)) OR EXISTS (
            SELECT 1 FROM orders WHERE intent = hash AND status IN ($live)))
        """, remedy: stop),
    Law(
      name: "closed_intent_owns_no_position",
      broken: """
        SELECT 'intent ' || lower(hex(hash)) || ' is closed and owns ' || signed_lots || ' lots of '
          || positions.instrument
        FROM positions JOIN intents ON hash = positions.intent
        WHERE signed_lots <> 0 AND closed_ms IS NOT NULL
        """, remedy: stop),
    Law(
      name: "order_fits_its_intent",
      broken: """
        SELECT 'order ' || client_order_id || ' is a ' || role || ' to ' || side || ' '
          || orders.instrument || ' for a ' || direction || ' intent on ' || intents.instrument
        FROM intents JOIN orders ON intent = hash
        WHERE hash IN $intents AND (orders.instrument <> intents.instrument
          OR (side = 'buy') <> ((direction = 'long') = (role = 'entry')))
        """, remedy: stop),
  ]

  private static let fills = [
    Law(
      name: "filled_is_sum_of_fills",
      broken: """
        SELECT 'order ' || client_order_id || ' says ' || filled_lots || ' lots filled, its fills '
          || total
        FROM (
          SELECT client_order_id, filled_lots, (
            SELECT coalesce(sum(fills.quantity_lots), 0) FROM fills
            WHERE fills.client_order_id = orders.client_order_id) AS total
          FROM orders WHERE intent IN $intents)
        WHERE filled_lots <> total
        """, remedy: stop),
    Law(
      name: "fill_fits_its_order",
      broken: """
        SELECT 'fill ' || execution_id || ' is a ' || fills.side || ' of ' || fills.instrument
          || ', its order a ' || orders.side || ' of ' || orders.instrument
        FROM orders JOIN fills USING (client_order_id)
        WHERE orders.intent IN $intents
          AND (fills.side <> orders.side OR fills.instrument <> orders.instrument)
        """, remedy: stop),
    Law(
      name: "refused_order_has_no_fill",
      broken: """
        SELECT 'order ' || client_order_id || ' is ' || status || ' and has ' || filled_lots
          || ' lots filled'
        FROM orders WHERE intent IN $intents AND status IN ('rejected', 'not_placed', 'denied')
          AND filled_lots > 0
        """, remedy: stop),
  ]

  private static let positions = [
    // Instruments that nothing is known of any more are flat on both sides, or one of the two
    // selections names them.
    Law(
      name: "position_is_sum_of_fills",
      broken: """
        SELECT instrument || ': position ' || held || ' lots, fills and adjustments ' || total
        FROM (
          SELECT instrument,
            coalesce((SELECT signed_lots FROM positions
              WHERE positions.instrument = one.instrument), 0) AS held,
            coalesce((SELECT sum(iif(side = 'buy', 1, -1) * quantity_lots) FROM fills
              WHERE fills.instrument = one.instrument), 0)
            + coalesce((SELECT sum(to_lots - from_lots) FROM adjustments
              WHERE adjustments.instrument = one.instrument), 0) AS total
          FROM (SELECT instrument FROM positions WHERE signed_lots <> 0
            UNION SELECT instrument FROM intents WHERE hash IN $intents) AS one)
        WHERE held <> total
        """, remedy: stop),
    Law(
      name: "position_fits_its_intent",
      broken: """
        SELECT positions.instrument || ': ' || signed_lots || ' lots of a ' || direction
          || ' intent on ' || intents.instrument
        FROM positions JOIN intents ON hash = positions.intent
        WHERE intents.instrument <> positions.instrument
          OR (signed_lots > 0 AND direction <> 'long') OR (signed_lots < 0 AND direction <> 'short')
        """, remedy: stop),
  ]

  private static let risk = [
    Law(
      name: "entries_out_within_intents_in",
      broken: """
        SELECT 'intent ' || lower(hex(hash)) || ' of ' || quantity_lots || ' lots has entries of '
          || sent
        FROM (
          SELECT hash, quantity_lots, (
            SELECT coalesce(sum(orders.quantity_lots), 0) FROM orders
            WHERE orders.intent = hash AND role = 'entry') AS sent
          FROM intents WHERE hash IN $intents AND kind = 'entry')
        WHERE sent > quantity_lots
        """, remedy: stop),
    Law(
      name: "closed_trade_fits_its_intent",
      broken: """
        SELECT 'trade ' || number || ' is a ' || closed_trades.direction || ' of '
          || closed_trades.instrument || ' for a ' || intents.direction || ' intent on '
          || intents.instrument
        FROM intents JOIN closed_trades ON closed_trades.intent = hash
        WHERE hash IN $intents AND (intents.instrument <> closed_trades.instrument
          OR intents.direction <> closed_trades.direction)
        """, remedy: stop),
    Law(
      name: "flat_position_is_settled",
      broken: """
        SELECT instrument || ' is flat and has money of a round trip: ' || coalesce(cash, 'unknown')
        FROM positions WHERE signed_lots = 0 AND (cash IS NOT 0 OR turnover IS NOT 0)
        """, remedy: stop),
  ]

  private static let generations = [
    Law(
      name: "generation_follows_the_one_before",
      broken: """
        SELECT 'intent ' || lower(hex(hash)) || ' is generation ' || generation
          || ' of a setup without generation ' || (generation - 1)
        FROM intents WHERE hash IN $intents AND kind = 'entry' AND generation > coalesce((
            SELECT generations FROM retired_setups AS gone
            WHERE gone.account = intents.account AND gone.instrument = intents.instrument
              AND gone.strategy = intents.strategy AND gone.direction = intents.direction
              AND gone.setup = intents.setup), 0)
          AND NOT EXISTS (
            SELECT 1 FROM intents AS before
            WHERE before.account = intents.account AND before.instrument = intents.instrument
              AND before.strategy = intents.strategy AND before.direction = intents.direction
              AND before.setup = intents.setup AND before.generation = intents.generation - 1)
        """, remedy: stop),
    Law(
      name: "pruned_generation_is_gone",
      broken: """
        SELECT 'intent ' || lower(hex(hash)) || ' is generation ' || generation || ', pruned up to '
          || generations
        FROM intents JOIN retired_setups USING (account, instrument, strategy, direction, setup)
        WHERE hash IN $intents AND generation < generations
        """, remedy: stop),
  ]
}
