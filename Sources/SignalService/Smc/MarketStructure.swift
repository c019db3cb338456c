package import Domain

/// Which way the last swings of a market step.
package enum MarketStructure: String, Hashable, Sendable {
  case bullish
  case bearish
  case neutral
  /// A change that has not been settled.
  case changing

  package init(_ direction: Direction) { self = direction == .long ? .bullish : .bearish }

  /// Nil for neutral and changing.
  package var direction: Direction? {
    switch self {
    case .bullish: .long
    case .bearish: .short
    case .neutral, .changing: nil
    }
  }
}

/// The structure of a window, and the swings it was read from.
package struct StructureReading: Hashable, Sendable {
  package static let lookback = 20
  private static let leastBars = 25

  package let structure: MarketStructure
  package let lastHigh: Int64
  package let lastLow: Int64

  /// Bullish when the last high and the last low are both above those before them, bearish when
  /// both are below, neutral otherwise; nil with fewer than 25 bars, or without a high or a low.
  package init?(_ bars: BarWindow) {
    guard bars.count >= Self.leastBars else { return nil }
    let highs = SwingPoints.highs(bars, lookback: Self.lookback)
    let lows = SwingPoints.lows(bars, lookback: Self.lookback)
    guard let high = highs.last, let low = lows.last else { return nil }
    lastHigh = high
    lastLow = low
    guard highs.count >= 2, lows.count >= 2 else {
      structure = .neutral
      return
    }
    let (highBefore, lowBefore) = (highs[highs.count - 2], lows[lows.count - 2])
    structure =
      high > highBefore && low > lowBefore
      ? .bullish : high < highBefore && low < lowBefore ? .bearish : .neutral
  }

  /// The price whose break makes a change in `direction`: the last swing on that side.
  package func breakPrice(_ direction: Direction) -> Int64 {
    direction == .long ? lastHigh : lastLow
  }
}
