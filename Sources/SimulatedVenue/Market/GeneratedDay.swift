/// One day of one-minute bars between two given prices.
///
/// A walk through regimes (trend, range, volatile), each half an hour to four hours long, with
/// clusters of volatility, rare fat moves, price gaps between bars and rare minutes without trade;
/// then bent evenly so that it ends where the next day begins.
struct GeneratedDay: Hashable, Sendable {
  /// One bar, in ticks and lots.
  struct Bar: Hashable, Sendable {
    let open: Int64
    let high: Int64
    let low: Int64
    let close: Int64
    let lots: Int64
  }

  /// Minutes of a day.
  static let length = 1440

  /// One per minute, nil for a minute without a trade; the first minute always has one.
  let bars: [Bar?]

  /// Draws the day from `seed`; prices in ticks, `lotNotional` in quote currency per tick and lot.
  init(seed: UInt64, from first: Double, to last: Double, lotNotional: Double) {
    var walk = GeneratedWalk(seed: seed)
    let steps = (0..<Self.length).map { _ in walk.step() }
    var logarithm = 0.0
    var levels = [0.0]
    for step in steps {
      logarithm += step.jump + step.move
      levels.append(logarithm)
    }
    // Bends the walk by a factor per minute, so that its end meets the next day's first open.
    let target = last / (first * exponential(logarithm))
    let bend = (target - 1) / Double(Self.length)
    var bars: [Bar?] = []
    var close = first
    for (minute, step) in steps.enumerated() {
      let bent = 1 + bend * Double(minute + 1)
      let open = close * (1 + step.jump)
      let next = first * exponential(levels[minute + 1]) * bent
      let bar = Self.bar(open: open, close: next, step: step, lotNotional: lotNotional)
      bars.append(step.isSilent ? nil : bar)
      close = next
    }
    self.bars = bars
  }

  private static func bar(
    open: Double, close: Double, step: GeneratedWalk.Step, lotNotional: Double
  ) -> Bar {
    let open = ticks(open)
    let close = ticks(close)
    let high = max(open, close)
    let low = min(open, close)
    let above = Int64(Double(high) * step.wickAbove)
    let below = min(Int64(Double(low) * step.wickBelow), low - 1)
    let lots = step.turnover / (Double(close) * lotNotional)
    return Bar(
      open: open, high: high + above, low: low - below, close: close,
      lots: Int64(min(max(1, lots), 1e12)))
  }

  private static func ticks(_ price: Double) -> Int64 {
    max(1, Int64((price + 0.5).rounded(.down)))
  }
}
