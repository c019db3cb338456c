package import Domain

/// How large a position may be: risk-based, so that leverage only sets margin.
///
/// The size comes from the risk alone (equity × share ÷ distance to the stop) and is then *cut*
/// to the largest notional, the free margin and the venue's own bound: all of this happens before
/// the intent has an identity. Only when nothing is left is it a denial. After that no limit
/// changes a size, each says yes or no.
package struct Sizing: Hashable, Sendable {
  package let quantity: Quantity
  package let denials: [Denial]

  package init(
    _ signal: Signal, _ instrument: Instrument, account: AccountSnapshot, mark: Price?,
    limits: GateLimits
  ) {
    let distance = abs(signal.worstPrice.ticks - signal.stop.ticks)
    let price = max(signal.worstPrice.ticks, mark?.ticks ?? 0)
    let margin = instrument.initialMargin
    var denials: [Denial] = []
    var bounds: [Int64] = []
    func bound(_ lots: Int64?, _ reason: DenialReason, _ detail: @autoclosure () -> String) {
      bounds.append(lots ?? 0)
      if (lots ?? 0) <= 0 { denials.append(Denial(reason, detail())) }
    }
    bound(
      Self.lots(
        worth: account.equity, times: limits.riskPerTrade, over: GateLimits.whole, at: distance,
        of: instrument), .sizeBelowMinimum,
      "equity=\(account.equity) risk_pct=\(GateLimits.percent(limits.riskPerTrade)) "
        + "distance=\(instrument.text(Price(ticks: distance))) "
        + "lot=\(instrument.lotSize)")
    bound(
      Self.lots(worth: limits.maximumNotional, times: 1, over: 1, at: price, of: instrument),
      .maxNotional,
      "price=\(instrument.text(Price(ticks: price))) lot=\(instrument.lotSize) "
        + "limit=\(limits.maximumNotional)")
    bound(
      Self.lots(
        worth: account.availableMargin, times: Self.power(-margin.exponent),
        over: Self.power(margin.exponent).multipliedReportingOverflow(by: margin.mantissa)
          .partialValue,
        at: price, of: instrument), .sizeBelowMinimum,
      "available_margin=\(account.availableMargin) initial_margin=\(margin) "
        + "price=\(instrument.text(Price(ticks: price))) lot=\(instrument.lotSize)")
    bound(
      instrument.maxPosition.lots, .sizeBelowMinimum,
      "max_position=\(instrument.text(instrument.maxPosition))")
    self.denials = denials
    quantity = denials.isEmpty ? Quantity(lots: bounds.min() ?? 0) : .zero
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
      let above = product([
        Int128(amount.micros), Int128(numerator), wide(-places),
      ]),
      let below = product([
        Int128(ticks), Int128(instrument.tickSize.mantissa), Int128(instrument.lotSize.mantissa),
        Int128(denominator), wide(places),
      ])
    else { return nil }
    // More than can be counted is no bound.
    return Int64(clamping: Rounding.down.divide(above, by: below))
  }

  private static func product(_ factors: [Int128]) -> Int128? {
    factors.reduce(Int128(1)) { product, factor in
      guard let (value, overflow) = product?.multipliedReportingOverflow(by: factor), !overflow
      else { return nil }
      return value
    }
  }

  /// 10 to the power, 1 for a negative one; as far as it fits.
  private static func wide(_ power: Int) -> Int128 {
    (0..<min(max(power, 0), 38)).reduce(Int128(1)) { product, _ in product * 10 }
  }

  private static func power(_ power: Int) -> Int64 {
    (0..<min(max(power, 0), 18)).reduce(Int64(1)) { product, _ in product * 10 }
  }
}
