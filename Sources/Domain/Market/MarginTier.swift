/// What margin a position asks for from a size on.
package struct MarginTier: Hashable, Sendable {
  /// The size from which the tier holds: notional in quote currency for a linear contract.
  package let threshold: ExactDecimal
  /// Margin that opens a position, as a fraction of its notional.
  package let initialMargin: ExactDecimal
  /// Margin below which the position is liquidated, as a fraction of its notional.
  package let maintenanceMargin: ExactDecimal

  /// Nil unless 0 ≤ threshold and 0 < maintenance ≤ initial ≤ 1.
  package init?(
    threshold: ExactDecimal, initialMargin: ExactDecimal, maintenanceMargin: ExactDecimal
  ) {
    guard threshold >= .zero, maintenanceMargin > .zero, initialMargin >= maintenanceMargin,
      let whole = ExactDecimal(mantissa: 1, exponent: 0), initialMargin <= whole
    else { return nil }
    self.threshold = threshold
    self.initialMargin = initialMargin
    self.maintenanceMargin = maintenanceMargin
  }
}
