/// Whether price makes a new extreme that its relative strength does not.
package enum Divergence: String, Hashable, Sendable {
  case bullish
  case bearish
  case none

  /// Bars at the end that the earlier extreme is not looked for in.
  private static let recent = 5

  /// Of the newest `lookback` bars; `strength` has one value a bar.
  ///
  /// An index that is not a number at the window's first bar makes the comparison false: the
  /// reference's minimum begins there.
  package init(_ bars: BarWindow, strength: [Double], lookback: Int) {
    let earlier = lookback - Self.recent
    guard earlier > 0, bars.count >= lookback, strength.count >= lookback,
      let bar = bars.last, let now = strength.last
    else {
      self = .none
      return
    }
    let before = bars.newest(lookback).without(newest: Self.recent)
    let strengths = strength.suffix(lookback).dropLast(Self.recent)
    if let low = before.lowest, bar.low < low, now > Self.first(strengths, by: <) {
      self = .bullish
    } else if let high = before.highest, bar.high > high, now < Self.first(strengths, by: >) {
      self = .bearish
    } else {
      self = .none
    }
  }

  /// The extreme as Python's `min` and `max` find it: comparisons with NaN are false.
  private static func first(
    _ values: ArraySlice<Double>, by precedes: (Double, Double) -> Bool
  ) -> Double {
    guard let first = values.first else { return .nan }
    return values.dropFirst().reduce(first) { precedes($1, $0) ? $1 : $0 }
  }
}
