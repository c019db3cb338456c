/// A decision to close a position: an intent of its own, reduce-only.
///
/// Layers 3 and 4 are not for it: closing needs a position.
package struct ExitIntent: Hashable, Sendable {
  package let instrument: InstrumentID
  /// Of the position it closes.
  package let direction: Direction
  /// The intent that owns the position.
  package let position: IntentHash
  package let reason: ExitReason
  /// 1 for the first exit of this position for this reason.
  package let generation: Int
  /// Lots of the position when it was decided.
  package let quantity: Quantity

  package init(
    instrument: InstrumentID, direction: Direction, position: IntentHash, reason: ExitReason,
    generation: Int, quantity: Quantity
  ) {
    self.instrument = instrument
    self.direction = direction
    self.position = position
    self.reason = reason
    self.generation = generation
    self.quantity = quantity
  }

  /// The bytes whose SHA-256 is the hash of this intent.
  package func canonicalBytes(account: AccountID) -> [UInt8] {
    CanonicalFields.bytes([
      "interlock-exit-1", account.text, instrument.symbol, "\(position)", reason.rawValue,
      String(generation),
    ])
  }
}

/// Why a position is closed by us.
package enum ExitReason: String, CaseIterable, Hashable, Sendable {
  /// The strategy that opened it wants out.
  case strategy
  /// An operator asked for it.
  case `operator`
  /// The kill switch, asked to flatten.
  case killSwitch = "kill_switch"
  /// The venue takes no stop for it.
  case unprotectable
  /// A take-profit that the venue did not take waits here, and its price has come.
  case takeProfit = "take_profit"
}

/// A position that no order of ours explains, taken under our protection.
package struct Adoption: Hashable, Sendable {
  package let instrument: InstrumentID
  package let direction: Direction
  package let quantity: Quantity
  /// Where our stop goes.
  package let stop: Price
  /// 1 for the first adoption on this instrument.
  package let number: Int

  package init(
    instrument: InstrumentID, direction: Direction, quantity: Quantity, stop: Price, number: Int
  ) {
    self.instrument = instrument
    self.direction = direction
    self.quantity = quantity
    self.stop = stop
    self.number = number
  }

  /// The bytes whose SHA-256 is the hash of this intent.
  package func canonicalBytes(account: AccountID) -> [UInt8] {
    CanonicalFields.bytes([
      "interlock-adoption-1", account.text, instrument.symbol, String(number),
    ])
  }
}
