package import Domain
import GRDB

/// What the ledger remembers about the decision a signal stands for: layer 1 without memory.
package struct SetupPast: Hashable, Sendable {
  /// An intent of the same setup whose end is written down.
  package struct Closed: Hashable, Sendable {
    package let hash: IntentHash
    package let generation: Int
    package let state: IntentState
    package let closedAt: WallTime
    /// Whether its entry filled at all: only then it counts for the next generation.
    package let wasTraded: Bool

    package init(
      hash: IntentHash, generation: Int, state: IntentState, closedAt: WallTime, wasTraded: Bool
    ) {
      self.hash = hash
      self.generation = generation
      self.state = state
      self.closedAt = closedAt
      self.wasTraded = wasTraded
    }
  }

  /// The intent that this very signal became, in whatever state.
  package var sameSignal: IntentRow?
  package var closed: [Closed]
  /// Generations that were pruned away; the next one is counted on from here.
  package var retiredGenerations: Int

  package init(
    sameSignal: IntentRow? = nil, closed: [Closed] = [], retiredGenerations: Int = 0
  ) {
    self.sameSignal = sameSignal
    self.closed = closed
    self.retiredGenerations = retiredGenerations
  }

  /// The re-arm generation of a decision made `now`.
  ///
  /// `inMemory` are intents of the setup that the caller knows to have ended; one that stands in
  /// both is counted once.
  package func generation(now: WallTime, cooldown: Int64, inMemory: [Closed] = []) -> Int {
    var counted: Set<IntentHash> = []
    for past in closed + inMemory
    where past.wasTraded && past.closedAt.advanced(byMilliseconds: cooldown) <= now {
      counted.insert(past.hash)
    }
    return retiredGenerations + counted.count
  }
}

extension Ledger {
  /// The past of the setup of `signal`; three look-ups by index.
  package func past(of signal: Signal) throws(LedgerError) -> SetupPast {
    let setup: StatementArguments = [
      account.text, signal.instrument.symbol, signal.strategy.text, signal.direction.rawValue,
      signal.setup.text,
    ]
    let same = try intent(signal: signal.id)
    return try reading { db in
      let rows = try Row.fetchAll(db.cachedStatement(sql: Self.closedOfSetup), arguments: setup)
      let retired = try Int.fetchOne(
        db.cachedStatement(sql: Self.retiredOfSetup), arguments: setup)
      return SetupPast(
        sameSignal: same, closed: try rows.map(SetupPast.Closed.init(row:)),
        retiredGenerations: retired ?? 0)
    }
  }

  private static let closedOfSetup = """
    SELECT hash, generation, state, closed_ms, EXISTS (
        SELECT 1 FROM orders WHERE intent = hash AND role = 'entry' AND filled_lots > 0) AS traded
    FROM intents WHERE account = ? AND instrument = ? AND strategy = ? AND direction = ?
      AND setup = ? AND closed_ms IS NOT NULL
    ORDER BY generation
    """
  private static let retiredOfSetup = """
    SELECT generations FROM retired_setups
    WHERE account = ? AND instrument = ? AND strategy = ? AND direction = ? AND setup = ?
    """
}

extension SetupPast.Closed {
  fileprivate init(row: Row) throws {
    guard let hash = IntentHash(data: row["hash"]),
      let state = IntentState(rawValue: row["state"])
    else { throw LedgerError.unusable("intent holds no valid value: \(row)") }
    self.init(
      hash: hash, generation: row["generation"], state: state,
      closedAt: WallTime(milliseconds: row["closed_ms"]), wasTraded: row["traded"])
  }
}
