import Domain
import GRDB

// Intents of the three kinds share a table; what belongs to one kind is null in the others.
extension RecordWriter {
  func insert(_ row: IntentRow) throws {
    switch row.intent {
    case .entry(let entry): try insert(entry, row)
    case .exit(let exit): try insert(exit, row)
    case .adoption(let adoption): try insert(adoption, row)
    }
  }

  private func insert(_ entry: OrderIntent, _ row: IntentRow) throws {
    let signal = entry.signal
    try execute(
      """
      INSERT INTO intents (kind, hash, signal, account, instrument, strategy, direction, setup,
        generation, worst_ticks, stop_ticks, take_profit_ticks, quantity_lots, equity_micros,
        decided_ms, valid_until_ms, accepted_ms, state)
      VALUES ('entry', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        row.hash.data, signal.id.text, account.text, signal.instrument.symbol,
        signal.strategy.text, signal.direction.rawValue, signal.setup.text, row.rearmGeneration,
        signal.worstPrice.ticks, signal.stop.ticks, PriceList.text(signal.takeProfits),
        entry.quantity.lots, entry.equity.micros, signal.decidedAt.milliseconds,
        signal.validUntil.milliseconds, row.acceptedAt.milliseconds, row.state.rawValue,
      ])
    try execute(
      "INSERT INTO symbol_locks (instrument, intent, reason, since_ms) VALUES (?, ?, ?, ?)",
      [signal.instrument.symbol, row.hash.data, "entry", now.milliseconds])
  }

  private func insert(_ exit: ExitIntent, _ row: IntentRow) throws {
    try execute(
      """
      INSERT INTO intents (kind, hash, signal, account, instrument, direction, position, reason,
        generation, quantity_lots, accepted_ms, state)
      VALUES ('exit', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        row.hash.data, row.name.text, account.text, exit.instrument.symbol,
        exit.direction.rawValue, exit.position.data, exit.reason.rawValue, exit.generation,
        exit.quantity.lots, row.acceptedAt.milliseconds, row.state.rawValue,
      ])
  }

  private func insert(_ adoption: Adoption, _ row: IntentRow) throws {
    try execute(
      """
      INSERT INTO intents (kind, hash, signal, account, instrument, direction, generation,
        stop_ticks, quantity_lots, accepted_ms, state)
      VALUES ('adoption', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        row.hash.data, row.name.text, account.text, adoption.instrument.symbol,
        adoption.direction.rawValue, adoption.number, adoption.stop.ticks,
        adoption.quantity.lots, row.acceptedAt.milliseconds, row.state.rawValue,
      ])
  }
}

/// Prices in one column: ticks, separated by spaces.
enum PriceList {
  static func text(_ prices: [Price]) -> String {
    prices.map { String($0.ticks) }.joined(separator: " ")
  }

  /// Nil for anything that is not such a list.
  static func prices(_ text: String) -> [Price]? {
    var prices: [Price] = []
    for word in text.split(separator: " ", omittingEmptySubsequences: false)
    where !text.isEmpty {
      guard let ticks = Int64(word) else { return nil }
      prices.append(Price(ticks: ticks))
    }
    return prices
  }
}
