import Domain

/// Bars that were closed one after the other, bounded; what is old falls out.
struct BarHistory: Sendable {
  private var bars: [Bar] = []
  private let most: Int

  init(most: Int) {
    self.most = most
    bars.reserveCapacity(2 * most)
  }

  var last: Bar? { bars.last }
  var count: Int { bars.count }

  /// Dropped in one go when twice as many as are kept have come, so that a bar costs no move.
  mutating func append(_ bar: Bar) {
    if bars.count >= 2 * most { bars.removeFirst(bars.count - most + 1) }
    bars.append(bar)
  }

  mutating func removeAll() { bars.removeAll(keepingCapacity: true) }

  func window(_ count: Int) -> BarWindow { BarWindow(bars, end: bars.count, most: count) }
}
