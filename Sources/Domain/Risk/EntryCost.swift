/// What an entry costs there and back as a share of its notional, rounded up.
///
/// Two takers' fees and funding for as long as such a setup is held: of a tight one at most one
/// interval of eight hours, of a wide one all of them (risk.md, cost model).
package struct EntryCost: Hashable, Sendable {
  /// In hundred-millionths.
  package let share: Int64

  package init(_ setups: SetupClass, _ limits: RiskLimits) {
    let hours = setups == .tight ? min(limits[.tightHold], 8) : limits[.wideHold]
    let funding = Rounding.up.divide(
      Int128(limits[.fundingDaily]) * Int128(max(hours, 0)), by: 24)
    share = Int64(clamping: 2 * Int128(limits[.takerFee]) + funding)
  }
}
