package import Domain

/// Opens a position when a close leaves the channel of the bars before it.
///
/// - The channel spans the `channelBars` bars before the candle; the first close outside it fires,
///   a bar that follows one outside on the same side does not.
/// - The stop stands `stopATR` mean true ranges from the close, the profit `takeProfitR` times the
///   distance from the worst price to the stop beyond the worst price.
/// - The setup is the level that broke and the bar that made it.
package struct BreakoutStrategy: Strategy {
  package struct Settings: Hashable, Sendable {
    package var channelBars = 20
    package var atrBars = 14
    /// Thousandths.
    package var stopATR: Int64 = 2000
    /// Thousandths.
    package var takeProfitR: Int64 = 2000
    /// Millionths of the price.
    package var slippage: Int64 = 1000

    package init() {}
  }

  private let settings: Settings
  private var bars: [Candle] = []

  package init(_ settings: Settings) {
    self.settings = settings
  }

  package var memory: Int { max(settings.channelBars + 2, settings.atrBars + 1) }

  package mutating func take(_ candle: Candle) -> Proposal? {
    bars.append(candle)
    if bars.count > memory { bars.removeFirst(bars.count - memory) }
    guard bars.count == memory, let channel = channel(before: 1),
      let direction = channel.broken(by: candle.close),
      self.channel(before: 2)?.broken(by: bars[memory - 2].close) != direction,
      let range = AverageTrueRange(bars.suffix(settings.atrBars + 1))
    else { return nil }
    return proposal(direction, close: candle.close, channel: channel, range: range)
  }

  /// The channel of the bars before the `last`-newest one.
  private func channel(before last: Int) -> Channel? {
    Channel(bars.dropLast(last).suffix(settings.channelBars))
  }

  private func proposal(
    _ direction: Direction, close: Price, channel: Channel, range: AverageTrueRange
  ) -> Proposal? {
    let sign: Int64 = direction == .long ? 1 : -1
    let (level, from) =
      direction == .long ? (channel.high, channel.highAt) : (channel.low, channel.lowAt)
    // Never further from the close than allowed: down towards it for both sides.
    let slip = Rounding.down.divide(
      Int128(close.ticks) * Int128(settings.slippage), by: 1_000_000)
    guard let slip = Int64(exactly: slip),
      let distance = range.ticks(timesThousandths: settings.stopATR, rounding: .up)
    else { return nil }
    let worst = close.ticks + sign * slip
    let stop = close.ticks - sign * distance
    let reward = Rounding.nearest.divide(
      Int128(abs(worst - stop)) * Int128(settings.takeProfitR), by: 1000)
    guard let reward = Int64(exactly: max(1, reward)), stop > 0,
      let setup = SetupID(
        "\(direction == .long ? "high" : "low")-\(level.ticks)-\(from.milliseconds)")
    else { return nil }
    let profit = worst + sign * reward
    return Proposal(
      direction: direction, setup: setup, worstPrice: Price(ticks: worst),
      stop: Price(ticks: stop),
      // A short whose profit would lie below zero goes without.
      takeProfit: profit > 0 ? Price(ticks: profit) : nil)
  }
}
