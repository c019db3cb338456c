package import Domain

/// How the price moved inside a bar: one deterministic way that agrees with its four prices.
///
/// A bar does not say which extreme came first, and what is worse for the holder of a position
/// cannot be decided for all holders at once. The path takes the extreme *nearer to the open*
/// first; when both are as near, the one against the bar's own direction. So the path is
/// open → first extreme → second extreme → close, in straight lines at one constant speed.
///
/// Invariants: 1. The path begins at the open and is at the close in the bar's last millisecond;
/// the next bar begins at its own open, so a gap is a jump of one millisecond. 2. It touches high
/// and low and never leaves them. 3. Turning points lie at ascending, different milliseconds.
package struct IntrabarPath: Hashable, Sendable {
  /// A moment at which the direction may change.
  package struct TurningPoint: Hashable, Sendable {
    /// Milliseconds since the bar opened.
    package let offset: Int64
    package let price: Price
  }

  /// Open, both extremes, close; always four.
  package let turningPoints: [TurningPoint]

  package init(_ bar: Candle) {
    let up = bar.high.ticks - bar.open.ticks
    let down = bar.open.ticks - bar.low.ticks
    let highFirst = up == down ? bar.close < bar.open : up < down
    let prices = [
      bar.open, highFirst ? bar.high : bar.low, highFirst ? bar.low : bar.high, bar.close,
    ]
    let lengths = zip(prices, prices.dropFirst()).map { Int128(abs($1.ticks - $0.ticks)) }
    let whole = max(1, lengths.reduce(0, +))
    let last = bar.timeframe.milliseconds - 1
    let first = Self.clamp(Int64(Int128(last) * lengths[0] / whole), 1, last - 2)
    let second = Self.clamp(
      Int64(Int128(last) * (lengths[0] + lengths[1]) / whole), first + 1, last - 1)
    turningPoints = zip([0, first, second, last], prices).map(TurningPoint.init)
  }

  private static func clamp(_ value: Int64, _ low: Int64, _ high: Int64) -> Int64 {
    min(max(value, low), high)
  }

  /// The price `ms` milliseconds after the open; the ends hold before and after the bar.
  package func price(atOffset ms: Int64) -> Price {
    var previous = turningPoints[0]
    guard ms > 0 else { return previous.price }
    for point in turningPoints.dropFirst() {
      if ms < point.offset {
        let distance = Int128(point.price.ticks - previous.price.ticks)
        let moved = distance * Int128(ms - previous.offset) / Int128(point.offset - previous.offset)
        return Price(ticks: previous.price.ticks + Int64(moved))
      }
      previous = point
    }
    return previous.price
  }

  /// Every price at which the path may turn between two offsets, in order, both ends included.
  package func segments(from: Int64, to: Int64) -> [Price] {
    let between = turningPoints.filter { from < $0.offset && $0.offset < to }.map(\.price)
    return [price(atOffset: from)] + between + (to > from ? [price(atOffset: to)] : [])
  }
}
