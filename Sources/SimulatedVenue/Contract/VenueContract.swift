package import Domain

/// One step of a contract's margin schedule.
package struct MarginLevel: Hashable, Sendable {
  /// Notional from which the level applies.
  package let from: Money
  /// In parts per million of notional.
  package let initial: Int64
  package let maintenance: Int64

  package init(from: Money, initial: Int64, maintenance: Int64) {
    self.from = from
    self.initial = initial
    self.maintenance = maintenance
  }
}

package struct VenueContract: Hashable, Sendable {
  package let instrument: Instrument
  package let marginLevels: [MarginLevel]
  package init(instrument: Instrument, marginLevels: [MarginLevel]) {
    self.instrument = instrument
    self.marginLevels = marginLevels
  }
  func level(_ notional: Money) -> MarginLevel {
    marginLevels.last { $0.from <= notional } ?? marginLevels[0]
  }
  package func initialMargin(notional: Money) -> Money {
    Self.share(notional, level(notional).initial)
  }
  package func maintenanceMargin(notional: Money) -> Money {
    Self.share(notional, level(notional).maintenance)
  }
  package func fee(notional: Money, isMaker: Bool) -> Money {
    Self.share(notional, isMaker ? 200 : 500)
  }
  private static func share(_ notional: Money, _ millionths: Int64) -> Money {
    Money(
      micros: Int64(
        clamping: Rounding.up.divide(Int128(notional.micros) * Int128(millionths), by: 1_000_000)))
  }
}
