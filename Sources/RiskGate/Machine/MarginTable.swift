package import Domain

/// The margins of a contract as shares, reckoned once: tiers by rising notional.
package struct MarginTable: Hashable, Sendable {
  private struct Row: Hashable, Sendable {
    /// Micros.
    let threshold: Int64
    let initial: Int64
    let maintenance: Int64
  }

  /// Of the lowest tier; nil when it cannot be counted.
  let initial: Int64?
  private let rows: [Row]

  /// A tier that cannot be counted makes all of them unknown.
  package init(_ instrument: Instrument) {
    initial = Share.of(instrument.initialMargin, .up)
    let rows = instrument.marginTiers.compactMap { tier -> Row? in
      guard let threshold = Money(tier.threshold, rounding: .down)?.micros,
        let initial = Share.of(tier.initialMargin, .up),
        let maintenance = Share.of(tier.maintenanceMargin, .up)
      else { return nil }
      return Row(threshold: threshold, initial: initial, maintenance: maintenance)
    }
    self.rows = rows.count == instrument.marginTiers.count ? rows : []
  }

  private func row(at notional: Int64) -> Row? {
    rows.last { $0.threshold <= notional } ?? rows.first
  }

  /// Margin that opens a position of this notional, in micros.
  func initial(of notional: Int64) -> Int64? {
    (row(at: notional)?.initial ?? initial).map { Share.times(notional, $0, .up) }
  }

  /// Margin below which it is liquidated; nil where the venue told none.
  func maintenance(of notional: Int64) -> Int64? {
    row(at: notional).map { Share.times(notional, $0.maintenance, .up) }
  }
}
