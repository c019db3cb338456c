/// How strongly a market trends: ADX with its two directional indicators, on the newest bar.
///
/// A number is NaN where it is 0 ÷ 0: on bars that never moved.
package struct DirectionalMovement: Hashable, Sendable {
  package let index: Double
  package let plus: Double
  package let minus: Double

  /// Nil with fewer than twice `period` bars.
  package init?(_ bars: BarWindow, period: Int) {
    guard bars.count >= 2 * period else { return nil }
    var range = ExponentialMean(span: period)
    var up = ExponentialMean(span: period)
    var down = ExponentialMean(span: period)
    var strength = ExponentialMean(span: period)
    var (plus, minus) = (Double.nan, Double.nan)
    var previous: Bar?
    for bar in bars {
      let (rise, fall) = Self.movement(bar, after: previous)
      let spread = range.take(TrueRange.of(bar, after: previous))
      // Divided first, then scaled; the other order rounds differently.
      plus = 100 * (up.take(rise) / spread)
      minus = 100 * (down.take(fall) / spread)
      strength.take(100 * abs(plus - minus) / (plus + minus))
      previous = bar
    }
    index = strength.value
    self.plus = plus
    self.minus = minus
  }

  private static func movement(_ bar: Bar, after previous: Bar?) -> (up: Double, down: Double) {
    guard let previous else { return (0, 0) }
    let up = bar.highPrice - previous.highPrice
    let down = previous.lowPrice - bar.lowPrice
    return (up > down && up > 0 ? up : 0, down > up && down > 0 ? down : 0)
  }
}
