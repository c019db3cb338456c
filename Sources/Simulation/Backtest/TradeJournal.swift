import Domain

/// What was decided, made an order and filled, in words that a real run's own records can be put
/// into, too: the two are compared by it.
package struct TradeJournal: Codable, Hashable, Sendable {
  /// A signal and what became of it.
  package struct Decision: Codable, Hashable, Sendable {
    package let signal: String
    package let instrument: String
    package let direction: String
    package let setup: String
    /// Close time of the candle that was decided on.
    package let decided_ms: Int64
    package var accepted: Bool
    /// Why not; sorted.
    package var reasons: [String]

    package init(
      signal: String, instrument: String, direction: String, setup: String, decided_ms: Int64,
      accepted: Bool, reasons: [String]
    ) {
      self.signal = signal
      self.instrument = instrument
      self.direction = direction
      self.setup = setup
      self.decided_ms = decided_ms
      self.accepted = accepted
      self.reasons = reasons
    }
  }

  /// An accepted entry, in the venue's spelling of its numbers.
  package struct Intent: Codable, Hashable, Sendable {
    package let signal: String
    package let quantity: String
    package let limit_price: String
    package let stop_price: String
    package let take_profits: [String]

    package init(
      signal: String, quantity: String, limit_price: String, stop_price: String,
      take_profits: [String]
    ) {
      self.signal = signal
      self.quantity = quantity
      self.limit_price = limit_price
      self.stop_price = stop_price
      self.take_profits = take_profits
    }
  }

  /// A fill of the entry or of a way out of it.
  package struct Fill: Codable, Hashable, Sendable {
    package let signal: String
    /// `entry`, `stop`, `take_profit_1`… or `exit`.
    package let role: String
    package let quantity: String
    package let price: String

    package init(signal: String, role: String, quantity: String, price: String) {
      self.signal = signal
      self.role = role
      self.quantity = quantity
      self.price = price
    }
  }

  package var decisions: [Decision] = []
  package var intents: [Intent] = []
  /// In the order in which they happened.
  package var fills: [Fill] = []

  package init() {}
}

extension TradeJournal {
  mutating func add(_ decision: Domain.Decision, _ instrument: Instrument) {
    let signal = decision.signal
    var entry = Decision(
      signal: signal.id.text, instrument: signal.instrument.symbol,
      direction: signal.direction.rawValue, setup: signal.setup.text,
      decided_ms: signal.decidedAt.milliseconds, accepted: true, reasons: [])
    if case .denied(let reasons) = decision.verdict {
      entry.accepted = false
      entry.reasons = Set(reasons.map(\.reason.rawValue)).sorted()
    } else {
      intents.append(
        Intent(
          signal: signal.id.text, quantity: instrument.text(decision.quantity),
          limit_price: instrument.text(signal.worstPrice), stop_price: instrument.text(signal.stop),
          take_profits: signal.takeProfits.map { instrument.text($0) }))
    }
    decisions.append(entry)
  }

  mutating func add(
    _ quantity: Quantity, at price: Price, _ role: OrderRole, _ rung: Int, of signal: SignalID,
    _ instrument: Instrument
  ) {
    fills.append(
      Fill(
        signal: signal.text, role: rung > 0 ? "\(role.rawValue)_\(rung)" : role.rawValue,
        quantity: instrument.text(quantity), price: instrument.text(price)))
  }
}
