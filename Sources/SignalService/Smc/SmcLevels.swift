import Domain

/// Where a setup is entered, given up and taken, in exact decimals.
package struct SmcLevels: Sendable {
  package let entry: WorkingDecimal
  package let stop: WorkingDecimal
  package let takeProfit: WorkingDecimal
  /// Swing points beyond the entry, nearest first.
  package let candidates: [WorkingDecimal]

  private static let swingBars = 50
  private static let most = 5

  struct Basis {
    let direction: Direction
    let entry: Int64
    /// The price beyond which the setup is void; the stop stands behind it.
    let invalid: Int64
    let range: WorkingDecimal
    /// Average true ranges from `invalid` to the stop.
    let stopFactor: Double
    let leastReward: WorkingDecimal
  }

  /// Whole ticks as decimals.
  init(entry: Int64, stop: Int64, takeProfit: Int64, candidates: [Int64], scale: PriceScale) {
    self.entry = scale.decimal(entry)
    self.stop = scale.decimal(stop)
    self.takeProfit = scale.decimal(takeProfit)
    self.candidates = candidates.map(scale.decimal)
  }

  init(_ hours: BarWindow, _ basis: Basis, scale: PriceScale) {
    let isLong = basis.direction == .long
    let distance = basis.range * (WorkingDecimal(basis.stopFactor) ?? .zero)
    let invalid = scale.decimal(basis.invalid)
    entry = scale.decimal(basis.entry)
    stop = isLong ? invalid - distance : invalid + distance
    var risk = (entry - stop).magnitude
    if risk == .zero { risk = WorkingDecimal(coefficient: 1, exponent: 0) }
    let reward = basis.leastReward * risk
    let points = Self.candidates(hours, basis.direction, beyond: basis.entry)
    // Through a double, as the reference's swing points come: a whole price is 3450.0.
    candidates = points.map { WorkingDecimal(scale.double($0)) ?? scale.decimal($0) }
    let entry = entry
    takeProfit =
      candidates.first { ($0 - entry).magnitude >= reward }
      ?? (isLong ? entry + reward : entry - reward)
  }

  /// Swing points of the newest bars strictly beyond `entry`, nearest first, at most five.
  static func candidates(
    _ hours: BarWindow, _ direction: Direction, beyond entry: Int64
  ) -> [Int64] {
    let points =
      direction == .long
      ? SwingPoints.highs(hours, lookback: swingBars).filter { $0 > entry }.sorted()
      : SwingPoints.lows(hours, lookback: swingBars).filter { $0 < entry }.sorted(by: >)
    return Array(points.prefix(most))
  }
}
