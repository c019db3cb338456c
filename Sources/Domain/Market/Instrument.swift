/// The canonical name of a tradable contract, made only at the venue's door: `PF_XBTUSD`.
package struct InstrumentID: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let symbol: String

  /// Upper-cases `symbol`; nil unless it is 1 to 32 ASCII letters, digits or underscores.
  package init?(_ symbol: some StringProtocol) {
    // ASCII first: ß in capitals is SS, and foreign text must not become a known symbol.
    guard (1...32).contains(symbol.utf8.count), symbol.utf8.allSatisfy({ $0 < 0x80 }) else {
      return nil
    }
    let upper = symbol.uppercased()
    guard upper.utf8.allSatisfy(Self.isAllowed) else { return nil }
    self.symbol = upper
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
  }

  package static func < (left: Self, right: Self) -> Bool { left.symbol < right.symbol }

  package var description: String { symbol }
}

/// What the venue says of a linear contract: its steps, its bounds, its margin.
///
/// Invariants: 1. tick size, lot size and contract size are positive. 2. Conversions between text
/// and steps are exact or name their rounding.
package struct Instrument: Hashable, Sendable {
  package let id: InstrumentID
  /// Price step in quote currency.
  package let tickSize: ExactDecimal
  /// Quantity step in contracts; may exceed one (10^3 for a negative trade precision).
  package let lotSize: ExactDecimal
  /// Largest position the venue allows, in lots.
  package let maxPosition: Quantity
  /// Initial margin of the lowest tier as a fraction of notional: 0.02 is 50 × leverage.
  package let initialMargin: ExactDecimal
  /// All tiers by rising threshold; empty where they were not told.
  package let marginTiers: [MarginTier]
  /// How long a taker order may be held in the venue's gateway, in milliseconds.
  package let makerProtectionMilliseconds: Int64
  package let tradeable: Bool

  /// Nil when a step or a margin is not positive.
  package init?(
    id: InstrumentID, tickSize: ExactDecimal, lotSize: ExactDecimal, maxPosition: Quantity,
    initialMargin: ExactDecimal, marginTiers: [MarginTier] = [],
    makerProtectionMilliseconds: Int64, tradeable: Bool
  ) {
    guard tickSize > .zero, lotSize > .zero, initialMargin > .zero,
      makerProtectionMilliseconds >= 0
    else { return nil }
    self.id = id
    self.tickSize = tickSize
    self.lotSize = lotSize
    self.maxPosition = maxPosition
    self.initialMargin = initialMargin
    self.marginTiers = marginTiers
    self.makerProtectionMilliseconds = makerProtectionMilliseconds
    self.tradeable = tradeable
  }
}

extension Instrument {
  /// `decimal` in ticks; nil when it does not fit.
  package func price(_ decimal: ExactDecimal, rounding: Rounding) -> Price? {
    Self.steps(decimal, of: tickSize, rounding: rounding).map(Price.init(ticks:))
  }

  /// `decimal` in ticks, only if it lies on one.
  package func price(exactly decimal: ExactDecimal) -> Price? {
    guard let price = price(decimal, rounding: .down), self.decimal(price) == decimal else {
      return nil
    }
    return price
  }

  /// `decimal` contracts in lots; nil when negative or too large.
  package func quantity(_ decimal: ExactDecimal, rounding: Rounding) -> Quantity? {
    guard let lots = Self.steps(decimal, of: lotSize, rounding: rounding), lots >= 0 else {
      return nil
    }
    return Quantity(lots: lots)
  }

  /// `decimal` contracts in lots, only if it is a whole number of them.
  package func quantity(exactly decimal: ExactDecimal) -> Quantity? {
    guard let quantity = quantity(decimal, rounding: .down), self.decimal(quantity) == decimal
    else { return nil }
    return quantity
  }

  /// The price in quote currency, exactly.
  package func decimal(_ price: Price) -> ExactDecimal? {
    Self.product(price.ticks, tickSize)
  }

  /// The quantity in contracts, exactly.
  package func decimal(_ quantity: Quantity) -> ExactDecimal? {
    Self.product(quantity.lots, lotSize)
  }

  /// The price as the venue spells it; a price out of range is spelled in ticks, for logs.
  package func text(_ price: Price) -> String {
    decimal(price)?.description ?? "\(price.ticks) ticks"
  }

  /// The quantity as the venue spells it.
  package func text(_ quantity: Quantity) -> String {
    decimal(quantity)?.description ?? "\(quantity.lots) lots"
  }

  /// price × quantity in quote currency; nil on overflow.
  ///
  /// Linear contracts only: one contract is one unit of the base currency.
  package func notional(_ price: Price, _ quantity: Quantity, rounding: Rounding) -> Money? {
    let (steps, overflow) = Int128(price.ticks).multipliedReportingOverflow(
      by: Int128(quantity.lots))
    guard !overflow else { return nil }
    let mantissas = Int128(tickSize.mantissa) * Int128(lotSize.mantissa)
    let (raw, tooLarge) = steps.multipliedReportingOverflow(by: mantissas)
    let places = tickSize.exponent + lotSize.exponent + 6
    guard !tooLarge, (-38...38).contains(places) else { return nil }
    guard places >= 0 else {
      return Int64(exactly: rounding.divide(raw, by: tenToThe(-places))).map(Money.init(micros:))
    }
    let (micros, lost) = raw.multipliedReportingOverflow(by: tenToThe(places))
    return lost ? nil : Int64(exactly: micros).map(Money.init(micros:))
  }

  private static func steps(
    _ decimal: ExactDecimal, of step: ExactDecimal, rounding: Rounding
  ) -> Int64? {
    let shift = decimal.exponent - step.exponent
    if decimal.mantissa == 0 { return 0 }
    if shift >= 0 {
      guard shift <= 38 else { return nil }
      let (numerator, overflow) = Int128(decimal.mantissa).multipliedReportingOverflow(
        by: tenToThe(shift))
      return overflow
        ? nil : Int64(exactly: rounding.divide(numerator, by: Int128(step.mantissa)))
    }
    // A denominator past an Int128 is larger than any mantissa, and so is the largest Int128.
    let (denominator, overflow) = Int128(step.mantissa).multipliedReportingOverflow(
      by: tenToThe(min(-shift, 38)))
    return Int64(
      exactly: rounding.divide(Int128(decimal.mantissa), by: overflow ? .max : denominator))
  }

  private static func product(_ steps: Int64, _ step: ExactDecimal) -> ExactDecimal? {
    let (mantissa, overflow) = steps.multipliedReportingOverflow(by: step.mantissa)
    return overflow ? nil : ExactDecimal(mantissa: mantissa, exponent: step.exponent)
  }
}
