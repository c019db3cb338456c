package import Domain

/// How large a position may be: risk-based, so that leverage only sets margin.
///
/// The size comes from the risk alone (equity × share ÷ distance to the stop) and is then cut to
/// the caps, the free margin and the venue's own bound: all of this happens before the intent has
/// an identity, and `binding` says which of them it was. After that no limit changes a size: each
/// says yes or no.
package struct Sizing: Hashable, Sendable {
  /// What set the size.
  package enum Bound: String, CaseIterable, Hashable, Sendable {
    case risk
    case maximumNotional = "max_notional_usd"
    case leverage = "max_leverage"
    case margin = "max_margin_per_position_pct"
    case availableMargin = "available_margin"
    case venueMaximum = "venue_maximum"
  }

  package let quantity: Quantity
  package let binding: Bound
  /// The worse of worst price and mark: at it everything is valued.
  package let price: Price
  /// Of one lot, in micros; nil when it cannot be counted.
  package let notionalOfOne: Int64?
  /// The method scales by the market's range, and nobody knows it.
  package let lacksRange: Bool

  package init(
    _ signal: Signal, _ instrument: Instrument, account: AccountSnapshot, mark: Price?,
    limits: GateLimits, rangeRatio: Int64? = nil
  ) {
    let distance = abs(signal.worstPrice.ticks - signal.stop.ticks)
    price = Price(ticks: max(signal.worstPrice.ticks, mark?.ticks ?? 0))
    notionalOfOne = instrument.notional(price, Quantity(lots: 1), rounding: .up)?.micros
    let risk = Self.riskShare(limits, rangeRatio)
    lacksRange = risk == nil
    let whole = RiskLimit.whole
    let leverage = Self.leverage(limits)
    let margin = instrument.initialMargin
    let at = price.ticks
    func lots(_ money: Money, _ share: Int64, _ over: Int64, _ ticks: Int64) -> Int64 {
      Self.lots(worth: money, times: share, over: over, at: ticks, of: instrument) ?? 0
    }
    let bounds: [(Bound, Int64)] = [
      (.risk, lots(account.equity, risk ?? 0, whole, distance)),
      (.maximumNotional, lots(Money(micros: limits[.maximumNotional]), 1, 1, at)),
      (.leverage, lots(account.equity, leverage, whole, at)),
      (
        .margin,
        lots(
          account.equity, Share.times(limits[.marginPerPosition], limits[.maximumLeverage], .down),
          whole, at)
      ),
      (
        .availableMargin,
        lots(
          account.availableMargin, Self.power(-margin.exponent),
          Self.power(margin.exponent).multipliedReportingOverflow(by: margin.mantissa)
            .partialValue, at)
      ),
      (.venueMaximum, instrument.maxPosition.lots),
    ]
    var least = bounds[0]
    for bound in bounds where bound.1 < least.1 { least = bound }
    binding = least.0
    quantity = Quantity(lots: max(0, least.1))
  }

  /// Where the proxy judges, a size that it would deny is not formed (risk.md, section 8).
  private static func leverage(_ limits: GateLimits) -> Int64 {
    limits[.liquidationProxy] == 1
      ? Share.times(limits[.maximumLeverage], limits[.proxyShare], .down)
      : limits[.maximumLeverage]
  }

  /// The share of equity that is risked; nil when its method lacks the range of the market.
  ///
  /// Kelly: k = p − (1 − p) ÷ b, at most its cap and what an entry may risk; without an edge
  /// nothing is risked. Volatility: × (1 − penalty) in a wild market, × (1 + boost) in a quiet one,
  /// never × penalty as the reference did.
  package static func riskShare(_ limits: GateLimits, _ rangeRatio: Int64?) -> Int64? {
    var share = limits[.riskPerTrade]
    if limits.sizing.isKelly {
      let odds = Share.of(
        RiskLimit.whole - limits[.kellyWinProbability], limits[.kellyWinLoss], .up)
      let edge = Share.difference(limits[.kellyWinProbability], odds ?? .max)
      share = max(0, min(edge, limits[.kellyFraction], limits[.riskPerEntry]))
    }
    guard limits.sizing.isScaled else { return share }
    guard let rangeRatio, rangeRatio >= 0 else { return nil }
    if rangeRatio > limits[.volatilityHigh] {
      return Share.times(share, RiskLimit.whole - limits[.volatilityPenalty], .down)
    }
    guard rangeRatio < limits[.volatilityLow] else { return share }
    return Share.times(share, RiskLimit.whole + limits[.volatilityBoost], .down)
  }

  /// The most lots of which each, at `ticks` a contract, is worth its part of
  /// `amount × numerator ÷ denominator`; rounded down, 0 for nothing or less, nil when the numbers
  /// are too large to tell.
  static func lots(
    worth amount: Money, times numerator: Int64, over denominator: Int64, at ticks: Int64,
    of instrument: Instrument
  ) -> Int64? {
    guard amount > .zero, numerator > 0, denominator > 0, ticks > 0 else { return 0 }
    let places = instrument.tickSize.exponent + instrument.lotSize.exponent + 6
    guard
      let above = product(Int128(amount.micros), Int128(numerator), wide(-places)),
      let steps = product(
        Int128(ticks), Int128(instrument.tickSize.mantissa), Int128(instrument.lotSize.mantissa)),
      let below = product(steps, Int128(denominator), wide(places))
    else { return nil }
    // More than can be counted is no bound.
    return Int64(clamping: Rounding.down.divide(above, by: below))
  }

  private static func product(_ a: Int128, _ b: Int128, _ c: Int128) -> Int128? {
    let (first, lost) = a.multipliedReportingOverflow(by: b)
    let (second, lostToo) = first.multipliedReportingOverflow(by: c)
    return lost || lostToo ? nil : second
  }

  /// 10 to the power, 1 for a negative one; as far as it fits.
  private static func wide(_ power: Int) -> Int128 {
    (0..<min(max(power, 0), 38)).reduce(Int128(1)) { product, _ in product * 10 }
  }

  private static func power(_ power: Int) -> Int64 {
    (0..<min(max(power, 0), 18)).reduce(Int64(1)) { product, _ in product * 10 }
  }
}
