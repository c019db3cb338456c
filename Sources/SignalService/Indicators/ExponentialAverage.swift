/// The exponential moving average of closes over a window (EMA).
///
/// Seeded by the window's first bar, so its value depends on the window's length: with 300 bars
/// that seed still weighs 5 % in an EMA of 200.
package enum ExponentialAverage {
  /// One value a bar; empty with fewer bars than `period`.
  package static func series(_ bars: BarWindow, period: Int) -> [Double] {
    guard bars.count >= period else { return [] }
    var mean = ExponentialMean(span: period)
    return bars.map { mean.take($0.closePrice) }
  }
}
