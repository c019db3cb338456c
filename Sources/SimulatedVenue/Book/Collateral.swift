package import Domain

/// A currency beside USD that counts as collateral.
///
/// What counts is its value less the venue's haircut and the spread of a conversion: the venue's
/// own example of an account has 0.97755 of the value of XBT and EUR and 0.93765 of that of ETH,
/// which is 2 % or 6 % and then a quarter of a percent. Only USD is settled.
package struct CollateralCurrency: Hashable, Comparable, Sendable {
  package let code: String
  /// In parts per million.
  package let haircut: Int64
  package static let conversionSpread: Int64 = 2500
  /// USD for one unit where no listed contract has a price.
  let rate: Money
  /// The contract whose index is its price.
  package let contract: InstrumentID?

  private init(_ code: String, haircut: Int64, dollars: Int64, cents: Int64 = 0) {
    self.code = code
    self.haircut = haircut
    rate = Money(micros: dollars * 1_000_000 + cents * 10_000)
    contract = InstrumentID("PF_\(code)USD")
  }

  /// Those whose haircut the venue's documents tell.
  package static let all = [
    CollateralCurrency("ETH", haircut: 60_000, dollars: 3_200),
    CollateralCurrency("EUR", haircut: 20_000, dollars: 1, cents: 10),
    CollateralCurrency("XBT", haircut: 20_000, dollars: 95_000),
  ]

  /// Nil for one that is none here.
  package static func named(_ code: String) -> CollateralCurrency? {
    all.first { $0.code == code }
  }

  package static func < (left: Self, right: Self) -> Bool { left.code < right.code }

  /// What of a value counts as margin, rounded down.
  func margin(of value: Money) -> Money {
    let kept = (1_000_000 - haircut) * (1_000_000 - Self.conversionSpread)
    let micros = Rounding.down.divide(
      Int128(value.micros) * Int128(kept), by: 1_000_000_000_000)
    return Money(micros: Int64(clamping: micros))
  }
}

/// Collateral that came in.
package struct CollateralDeposit: Hashable, Sendable {
  /// The most of one currency, in millionths: sums of values stay far from overflow.
  package static let most: Int64 = 1_000_000_000_000

  package let currency: CollateralCurrency
  /// In millionths of a unit.
  package let quantity: Int64
  /// What it was worth then.
  package let value: Money

  package init(currency: CollateralCurrency, quantity: Int64, value: Money) {
    self.currency = currency
    self.quantity = quantity
    self.value = value
  }
}

/// Collateral as it stands.
package struct CollateralHolding: Hashable, Sendable {
  package let currency: CollateralCurrency
  /// In millionths of a unit.
  package let quantity: Int64
  package let value: Money
  /// What of the value counts as margin.
  package let margin: Money

  package init(currency: CollateralCurrency, quantity: Int64, value: Money, margin: Money) {
    self.currency = currency
    self.quantity = quantity
    self.value = value
    self.margin = margin
  }

  /// Millionths that so much free margin leaves free, the others backing what is open.
  package func available(_ free: Money) -> Int64 {
    guard free < margin else { return quantity }
    guard free > .zero, margin > .zero else { return 0 }
    return Int64(Int128(quantity) * Int128(free.micros) / Int128(margin.micros))
  }
}

extension VenueMachine {
  /// Gives a currency to the account; false when that would be more than it may hold.
  package mutating func deposit(
    _ currency: CollateralCurrency, _ quantity: Int64, now: VenueTime
  ) -> Bool {
    let held = book.collateral[currency] ?? 0
    guard (1...CollateralDeposit.most).contains(quantity),
      held <= CollateralDeposit.most - quantity
    else { return false }
    let deposit = CollateralDeposit(
      currency: currency, quantity: quantity, value: value(of: quantity, currency))
    record(.collateral(deposit), now)
    return true
  }

  /// Collateral beside USD, by code.
  package var collateral: [CollateralHolding] {
    book.collateral.sorted { $0.key < $1.key }.map { currency, quantity in
      let value = value(of: quantity, currency)
      return CollateralHolding(
        currency: currency, quantity: quantity, value: value, margin: currency.margin(of: value))
    }
  }

  /// At the index of its contract, or at a rate of its own where that is not played.
  private func value(of quantity: Int64, _ currency: CollateralCurrency) -> Money {
    let index = currency.contract.flatMap { id in
      markets[id].flatMap { book.contracts[id]?.instrument.decimal($0.index) }
    }
    let rate = index.flatMap { Money($0, rounding: .nearest) } ?? currency.rate
    let micros = Rounding.nearest.divide(
      Int128(quantity) * Int128(rate.micros), by: 1_000_000)
    return Money(micros: Int64(min(micros, 100_000_000_000_000_000)))
  }
}
