package import Domain

/// The last bar against a move before the move displaced price: a zone to enter from.
package struct OrderBlock: Hashable, Sendable {
  package let direction: Direction
  /// Where in the window the bar is.
  package let index: Int
  package let openTime: MarketTime
  package let low: Int64
  package let high: Int64
  package let open: Int64

  private static let medianBars = 20

  /// The newest one within `lookback` bars; nil when there is none.
  ///
  /// The bar after it closes beyond it and is at least one and a half times the median range.
  package init?(_ bars: BarWindow, _ direction: Direction, lookback: Int) {
    guard bars.count >= 3, let index = Self.find(bars, direction, lookback: lookback) else {
      return nil
    }
    let bar = bars[index]
    self.direction = direction
    self.index = index
    openTime = bar.openTime
    low = bar.low
    high = bar.high
    open = bar.open
  }

  private static func find(_ bars: BarWindow, _ direction: Direction, lookback: Int) -> Int? {
    let first = bars.count - min(lookback, bars.count - 3) - 1
    guard first <= bars.count - 2 else { return nil }
    let median = medianRange(bars)
    return (first...(bars.count - 2)).reversed().first { index in
      let (bar, next) = (bars[index], bars[index + 1])
      let isBlock =
        direction == .long
        ? bar.close < bar.open && next.close > bar.high
        : bar.close > bar.open && next.close < bar.low
      // Doubled on both sides: one and a half times a whole number need not be whole.
      return isBlock && 2 * Int128(next.range) >= 3 * Int128(median)
    }
  }

  /// The upper median of the newest ranges.
  private static func medianRange(_ bars: BarWindow) -> Int64 {
    let ranges = bars.newest(medianBars).map(\.range).sorted()
    return ranges[ranges.count / 2]
  }

  /// The edge that a market coming back reaches first.
  package var nearEdge: Int64 { direction == .long ? high : low }
  package var farEdge: Int64 { direction == .long ? low : high }

  /// The price that `mode` names; exact.
  package func price(
    _ mode: SmcParameters.EntryMode, discount: Double, scale: PriceScale
  ) -> WorkingDecimal {
    let (low, high) = (scale.decimal(low), scale.decimal(high))
    let two = WorkingDecimal(coefficient: 2, exponent: 0)
    switch mode {
    case .mid: return (high + low) / two ?? high
    case .open: return scale.decimal(open)
    case .discount:
      let part = (high - low) * (WorkingDecimal(discount) ?? .zero)
      return direction == .long ? low + part : high - part
    case .highLow: return direction == .long ? high : low
    }
  }
}
