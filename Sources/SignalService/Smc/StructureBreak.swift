package import Domain

/// Whether the newest bars have left the range of those before them.
package enum StructureBreak {
  /// Bars that the newest are compared with, they themselves included.
  package static let span = 10
  private static let least = 5

  /// The `count` newest against the rest of the ten newest; false with fewer than `count` + 5 bars.
  package static func isBroken(_ bars: BarWindow, _ direction: Direction, count: Int) -> Bool {
    guard bars.count >= count + least else { return false }
    let recent = bars.newest(count)
    let before = bars.newest(span).without(newest: count)
    if direction == .long {
      guard let high = recent.highest, let earlier = before.highest else { return false }
      return high > earlier
    }
    guard let low = recent.lowest, let earlier = before.lowest else { return false }
    return low < earlier
  }
}
