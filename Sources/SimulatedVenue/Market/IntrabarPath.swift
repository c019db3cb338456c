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

  package let open: TurningPoint
  package let firstExtreme: TurningPoint
  package let secondExtreme: TurningPoint
  package let close: TurningPoint

  /// The path of a bar that is `length` milliseconds long, at least four.
  package init(_ bar: Bar, length: Int64) {
    let up = bar.high.ticks - bar.open.ticks
    let down = bar.open.ticks - bar.low.ticks
    let highFirst = up == down ? bar.close < bar.open : up < down
    let near = highFirst ? bar.high : bar.low
    let far = highFirst ? bar.low : bar.high
    let first = min(up, down)
    let second = bar.high.ticks - bar.low.ticks
    let third = abs(bar.close.ticks - far.ticks)
    let whole = max(1, first + second + third)
    let last = length - 1
    let turn = min(max(1, Proportion.of(last, first, whole)), last - 2)
    let end = min(max(turn + 1, Proportion.of(last, first + second, whole)), last - 1)
    open = TurningPoint(offset: 0, price: bar.open)
    firstExtreme = TurningPoint(offset: turn, price: near)
    secondExtreme = TurningPoint(offset: end, price: far)
    close = TurningPoint(offset: last, price: bar.close)
  }

  package init(_ candle: Candle) {
    self.init(Bar(candle), length: candle.timeframe.milliseconds)
  }

  /// Open, both extremes, close; always four.
  package var turningPoints: [TurningPoint] { [open, firstExtreme, secondExtreme, close] }

  /// The price `ms` milliseconds after the open; the ends hold before and after the bar.
  package func price(atOffset ms: Int64) -> Price {
    guard ms > 0 else { return open.price }
    if ms < firstExtreme.offset { return Self.between(open, firstExtreme, ms) }
    if ms < secondExtreme.offset { return Self.between(firstExtreme, secondExtreme, ms) }
    return ms < close.offset ? Self.between(secondExtreme, close, ms) : close.price
  }

  private static func between(_ from: TurningPoint, _ to: TurningPoint, _ ms: Int64) -> Price {
    let distance = to.price.ticks - from.price.ticks
    return Price(
      ticks: from.price.ticks
        + Proportion.of(distance, ms - from.offset, to.offset - from.offset))
  }

  /// Every price at which the path may turn between two offsets, in order, both ends included.
  package func segments(from: Int64, to: Int64) -> [Price] {
    let between = turningPoints.filter { from < $0.offset && $0.offset < to }.map(\.price)
    return [price(atOffset: from)] + between + (to > from ? [price(atOffset: to)] : [])
  }
}
