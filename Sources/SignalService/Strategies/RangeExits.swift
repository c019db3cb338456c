import Domain

/// Limit, stop and target of an entry at a close, measured in true ranges.
struct RangeExits: Hashable, Sendable {
  let worstPrice: Price
  let stop: Price
  /// One, or none where it would lie at zero or below.
  let takeProfits: [Price]

  /// Factors in thousandths, slippage in millionths; nil when a price leaves what can be traded.
  init?(
    close: Price, direction: Direction, range: AverageTrueRange, stopATR: Int64,
    takeProfitR: Int64, slippage: Int64
  ) {
    let sign: Int64 = direction == .long ? 1 : -1
    // Never further from the close than allowed: down towards it for both sides.
    let slip = Rounding.down.divide(Int128(close.ticks) * Int128(slippage), by: 1_000_000)
    guard let slip = Int64(exactly: slip),
      let distance = range.ticks(timesThousandths: stopATR, rounding: .up)
    else { return nil }
    let worst = close.ticks + sign * slip
    let stop = close.ticks - sign * distance
    let reward = Rounding.nearest.divide(
      Int128(abs(worst - stop)) * Int128(takeProfitR), by: 1000)
    guard let reward = Int64(exactly: max(1, reward)), stop > 0 else { return nil }
    let profit = worst + sign * reward
    worstPrice = Price(ticks: worst)
    self.stop = Price(ticks: stop)
    takeProfits = profit > 0 ? [Price(ticks: profit)] : []
  }
}
