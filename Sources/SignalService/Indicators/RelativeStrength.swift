/// The relative strength index over a window (RSI), with exponential and not Wilder's means.
package enum RelativeStrength {
  /// One value a bar; NaN where nothing has moved yet; empty with fewer bars than `period`.
  package static func series(_ bars: BarWindow, period: Int) -> [Double] {
    guard bars.count >= period else { return [] }
    var gains = ExponentialMean(span: period)
    var losses = ExponentialMean(span: period)
    var previous: Double?
    return bars.map { bar in
      let change = previous.map { bar.closePrice - $0 } ?? 0
      previous = bar.closePrice
      let gain = gains.take(change > 0 ? change : 0)
      let loss = losses.take(change < 0 ? -change : 0)
      return 100 - 100 / (1 + gain / loss)
    }
  }
}
