/// A signal that passed the risk gate: the decision with a size.
package struct OrderIntent: Hashable, Sendable {
  package let signal: Signal
  package let quantity: Quantity
  /// Equity the size was computed from, as the venue reported it at decision time.
  package let equity: Money

  package init(signal: Signal, quantity: Quantity, equity: Money) {
    self.signal = signal
    self.quantity = quantity
    self.equity = equity
  }
}

/// What was *decided*, apart from how much and when: the identity behind `IntentHash`.
///
/// Size, stop, equity and wall time are not part of it: they change from one computation to the
/// next, and a key that changes protects nothing.
package struct IntentKey: Hashable, Sendable {
  package let account: AccountID
  package let instrument: InstrumentID
  package let strategy: StrategyID
  package let direction: Direction
  package let setup: SetupID
  /// How many positions of this setup have been closed and cooled down, counted from the ledger.
  package let rearmGeneration: Int

  package init(account: AccountID, signal: Signal, rearmGeneration: Int) {
    self.account = account
    instrument = signal.instrument
    strategy = signal.strategy
    direction = signal.direction
    setup = signal.setup
    self.rearmGeneration = rearmGeneration
  }

  /// The bytes that are hashed: a version tag, then each field as length and UTF-8, so that no two
  /// different keys have the same bytes.
  package var canonicalBytes: [UInt8] {
    CanonicalFields.bytes([
      "interlock-intent-1", account.text, instrument.symbol, strategy.text, direction.rawValue,
      setup.text, String(rearmGeneration),
    ])
  }
}

/// The SHA-256 of an `IntentKey`: one decision, one hash, one order.
package struct IntentHash: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let bytes: [UInt8]

  /// Nil unless there are 32 bytes.
  package init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  /// Nil unless `text` is 64 hexadecimal digits.
  package init?(hexadecimal text: some StringProtocol) {
    guard let bytes = Hexadecimal.bytes(text) else { return nil }
    self.init(bytes: bytes)
  }

  package static func < (left: Self, right: Self) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }

  package var description: String { Hexadecimal.text(bytes) }

  /// The first eight bytes, for names and log lines.
  package var short: String { Hexadecimal.text(Array(bytes.prefix(8))) }
}
