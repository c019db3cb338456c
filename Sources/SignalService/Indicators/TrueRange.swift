/// The true range of bars, and its exponential mean (ATR).
///
/// Exponential over `period`, not Wilder's smoothing: that is what the reference trades.
package enum TrueRange {
  /// max(high − low, |high − close before|, |low − close before|); high − low without a bar before.
  package static func of(_ bar: Bar, after previous: Bar?) -> Double {
    let own = bar.highPrice - bar.lowPrice
    guard let previous else { return own }
    return max(
      own, abs(bar.highPrice - previous.closePrice), abs(bar.lowPrice - previous.closePrice))
  }

  /// One value a bar; empty with fewer bars than `period`.
  package static func average(_ bars: BarWindow, period: Int) -> [Double] {
    guard bars.count >= period else { return [] }
    var mean = ExponentialMean(span: period)
    var previous: Bar?
    return bars.map { bar in
      defer { previous = bar }
      return mean.take(of(bar, after: previous))
    }
  }
}
