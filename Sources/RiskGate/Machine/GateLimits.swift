package import Domain

/// What the gate allows; shares of something are in hundred-millionths, so that they are exact.
package struct GateLimits: Hashable, Sendable {
  package static let whole: Int64 = 100_000_000

  /// Share of equity that is lost when a stop is hit, before costs and slippage.
  package var riskPerTrade: Int64 = 500_000
  package var maximumNotional = Money(micros: 50_000_000_000)
  package var maximumPositions = 4
  /// How far the worst price may be from the mark, as a share of it.
  package var collar: Int64 = 1_000_000
  /// How near to the worst price a stop may be, as a share of it.
  package var minimumStop: Int64 = 50_000
  package var staleMilliseconds: Int64 = 5000
  package var staleAccountMilliseconds: Int64 = 60_000

  package init() {}

  /// A share in percent with four decimals, for people.
  static func percent(_ share: Int64) -> String {
    ExactDecimal(mantissa: share, exponent: -6)?.description ?? "\(share)e-6"
  }
}
