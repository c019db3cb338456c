package import Domain

/// A linear perpetual as the venue lists it: steps, margin schedule, fees and the bound of funding.
///
/// Invariants, checked by the initialiser: 1. The margin schedule begins at a notional of 0 and
/// ascends. 2. Fees, and rates, are below the whole notional. Whoever reads a contract from outside
/// asks `complaint` first.
package struct VenueContract: Hashable, Sendable {
  package let instrument: Instrument
  /// Ascending.
  package let marginLevels: [MarginLevel]
  /// In parts per million of notional; below zero the venue pays.
  package let takerFee: Int64
  package let makerFee: Int64
  /// Largest relative funding rate of an hour either way, in parts per million.
  package let maxRelativeFundingRate: Int64
  /// Hours over which an hour's premium is paid: 8 pays an eighth of it.
  package let fundingRateCoefficient: Int64
  package let listing: ContractListing

  package static let standardTakerFee: Int64 = 500
  package static let standardMakerFee: Int64 = 200
  package static let standardMaxRelativeFundingRate: Int64 = 2500
  package static let standardFundingRateCoefficient: Int64 = 24

  package init(
    instrument: Instrument, marginLevels: [MarginLevel],
    takerFee: Int64 = standardTakerFee, makerFee: Int64 = standardMakerFee,
    maxRelativeFundingRate: Int64 = standardMaxRelativeFundingRate,
    fundingRateCoefficient: Int64 = standardFundingRateCoefficient,
    listing: ContractListing? = nil
  ) {
    let complaint = MarginLevel.complaint(marginLevels)
    invariant(complaint == nil, "\(instrument.id) has a margin schedule: \(complaint ?? "")")
    invariant(
      abs(takerFee) < 1_000_000 && abs(makerFee) < 1_000_000
        && (0..<1_000_000).contains(maxRelativeFundingRate),
      "fees and funding of \(instrument.id) are less than its notional")
    invariant(
      fundingRateCoefficient > 0, "funding of \(instrument.id) is paid over at least an hour")
    self.instrument = instrument
    self.marginLevels = marginLevels
    self.takerFee = takerFee
    self.makerFee = makerFee
    self.maxRelativeFundingRate = maxRelativeFundingRate
    self.fundingRateCoefficient = fundingRateCoefficient
    self.listing = listing ?? ContractListing(symbol: instrument.id.symbol)
  }

  package var id: InstrumentID { instrument.id }
  /// As the venue spells it.
  package var symbol: String { listing.symbol }

  /// The same contract at other fees, in parts per million of notional; nil leaves one as it is.
  package func charging(taker: Int64?, maker: Int64?) -> VenueContract {
    VenueContract(
      instrument: instrument, marginLevels: marginLevels, takerFee: taker ?? takerFee,
      makerFee: maker ?? makerFee, maxRelativeFundingRate: maxRelativeFundingRate,
      fundingRateCoefficient: fundingRateCoefficient, listing: listing)
  }

  /// The level of a position of this notional.
  package func level(notional: Money) -> MarginLevel {
    marginLevels.last { $0.from <= notional } ?? marginLevels[0]
  }

  /// What a position of this notional needs to be opened: the share of its level, for the whole of
  /// it, rounded up.
  package func initialMargin(notional: Money) -> Money {
    Self.share(notional, level(notional: notional).initial)
  }

  /// What a position of this notional needs not to be liquidated, rounded up.
  package func maintenanceMargin(notional: Money) -> Money {
    Self.share(notional, level(notional: notional).maintenance)
  }

  /// What a trade of this notional costs, rounded up; below zero when the venue pays.
  package func fee(notional: Money, isMaker: Bool) -> Money {
    Self.share(notional, isMaker ? makerFee : takerFee)
  }

  private static func share(_ notional: Money, _ millionths: Int64) -> Money {
    let micros = Rounding.up.divide(
      Int128(notional.micros) * Int128(millionths), by: 1_000_000)
    return Money(micros: Int64(clamping: micros))
  }
}
