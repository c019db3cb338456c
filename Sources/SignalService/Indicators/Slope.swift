/// Whether a series has risen or fallen by more than a thousandth of itself in three bars.
package enum Slope: String, Hashable, Sendable {
  case up
  case down
  case flat

  /// Flat with fewer than four values.
  package init(_ series: [Double]) {
    guard series.count >= 4, let last = series.last else {
      self = .flat
      return
    }
    let rise = last - series[series.count - 4]
    let threshold = last * 0.001
    self = rise > threshold ? .up : rise < -threshold ? .down : .flat
  }
}
