/// Where the daily trend points.
package enum Bias: String, Hashable, Sendable {
  case bullish
  case bearish
  case neutral

  /// Of the newest close against its moving average; nil with fewer bars than `period`.
  ///
  /// Neutral within `zone` hundredths of a percent of the average.
  package init?(_ days: BarWindow, period: Int, zone: Double, scale: PriceScale) {
    guard let last = days.last,
      let average = ExponentialAverage.series(days, period: period).last,
      let mean = WorkingDecimal(average), let zone = WorkingDecimal(zone)
    else { return nil }
    let close = scale.decimal(last.close)
    guard let distance = (close - mean).magnitude / mean else { return nil }
    if distance * WorkingDecimal(coefficient: 10_000, exponent: 0) < zone {
      self = .neutral
    } else {
      self = close > mean ? .bullish : .bearish
    }
  }
}
