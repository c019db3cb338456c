import Domain

/// One day of one-minute bars between two given prices.
///
/// A walk through regimes (trend, range, volatile), each half an hour to four hours long, with
/// clusters of volatility, rare fat moves, price gaps between bars and rare minutes without trade;
/// then bent evenly so that it ends where the next day begins.
struct GeneratedDay: Hashable, Sendable {
  /// Minutes of a day.
  static let length = 1440

  /// Oldest first; none for a minute without a trade, but the first minute always has one.
  let bars: [Bar]

  /// Draws the day that begins at `start` from `seed`; prices in ticks, `lotNotional` in quote
  /// currency per tick and lot.
  init(
    start: MarketTime, seed: UInt64, from first: Double, to last: Double, lotNotional: Double
  ) {
    var walk = GeneratedWalk(seed: seed)
    var steps: [GeneratedWalk.Step] = []
    var levels = [0.0]
    steps.reserveCapacity(Self.length)
    levels.reserveCapacity(Self.length + 1)
    var logarithm = 0.0
    for _ in 0..<Self.length {
      let step = walk.step()
      logarithm += step.jump + step.move
      steps.append(step)
      levels.append(logarithm)
    }
    // Bends the walk by a factor per minute, so that its end meets the next day's first open.
    let target = last / (first * exponential(logarithm))
    let bend = (target - 1) / Double(Self.length)
    var bars: [Bar] = []
    bars.reserveCapacity(Self.length)
    var close = first
    for (minute, step) in steps.enumerated() {
      let bent = 1 + bend * Double(minute + 1)
      let open = close * (1 + step.jump)
      let next = first * exponential(levels[minute + 1]) * bent
      if !step.isSilent {
        let time = start.advanced(byMilliseconds: Int64(minute) * 60_000)
        bars.append(
          Self.bar(time, open: open, close: next, step: step, lotNotional: lotNotional))
      }
      close = next
    }
    self.bars = bars
  }

  private static func bar(
    _ openTime: MarketTime, open: Double, close: Double, step: GeneratedWalk.Step,
    lotNotional: Double
  ) -> Bar {
    let open = ticks(open)
    let close = ticks(close)
    let high = max(open, close)
    let low = min(open, close)
    let above = Int64(Double(high) * step.wickAbove)
    let below = min(Int64(Double(low) * step.wickBelow), low - 1)
    let lots = step.turnover / (Double(close) * lotNotional)
    return Bar(
      openTime: openTime, open: Price(ticks: open), high: Price(ticks: high + above),
      low: Price(ticks: low - below), close: Price(ticks: close),
      volume: Quantity(lots: Int64(min(max(1, lots), 1e12))))
  }

  private static func ticks(_ price: Double) -> Int64 {
    max(1, Int64((price + 0.5).rounded(.down)))
  }
}
