import Domain

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

  package mutating func on(_ event: StrategyEvent) -> [StrategyDecision] {
    switch event {
    case .candle(let candle): return take(candle)
    // Its positions end at their stop or their profit.
    case .fill, .position: return []
    }
  }

  private mutating func take(_ candle: Candle) -> [StrategyDecision] {
    bars.append(candle)
    if bars.count > memory { bars.removeFirst(bars.count - memory) }
    var values = [DecisionValue("close", "\(candle.close.ticks)")]
    guard bars.count == memory, let channel = channel(before: 1),
      let range = AverageTrueRange(bars.suffix(settings.atrBars + 1))
    else {
      values += [DecisionValue("bars", "\(bars.count)"), DecisionValue("bars_needed", "\(memory)")]
      return [StrategyDecision(candle, .noSignal(NoSignal("SHORT_HISTORY")), values: values)]
    }
    values += [
      DecisionValue("channel_high", "\(channel.high.ticks)"),
      DecisionValue("channel_low", "\(channel.low.ticks)"),
    ]
    let outcome = outcome(candle, channel, range)
    return [StrategyDecision(candle, outcome, values: values)]
  }

  private func outcome(
    _ candle: Candle, _ channel: Channel, _ range: AverageTrueRange
  ) -> StrategyDecision.Outcome {
    guard let direction = channel.broken(by: candle.close) else {
      return .noSignal(NoSignal("INSIDE_CHANNEL"))
    }
    guard self.channel(before: 2)?.broken(by: bars[memory - 2].close) != direction else {
      return .noSignal(NoSignal("BROKEN_BEFORE"))
    }
    guard
      let proposal = proposal(direction, close: candle.close, channel: channel, range: range)
    else { return .noSignal(NoSignal("NO_PRICES")) }
    return .entry(proposal)
  }

  /// The channel of the bars before the `last`-newest one.
  private func channel(before last: Int) -> Channel? {
    Channel(bars.dropLast(last).suffix(settings.channelBars))
  }

  private func proposal(
    _ direction: Direction, close: Price, channel: Channel, range: AverageTrueRange
  ) -> Proposal? {
    let (level, from) =
      direction == .long ? (channel.high, channel.highAt) : (channel.low, channel.lowAt)
    let exits = RangeExits(
      close: close, direction: direction, range: range, stopATR: settings.stopATR,
      takeProfitR: settings.takeProfitR, slippage: settings.slippage)
    guard let exits,
      let setup = SetupID(
        "\(direction == .long ? "high" : "low")-\(level.ticks)-\(from.milliseconds)")
    else { return nil }
    return Proposal(
      direction: direction, setup: setup, worstPrice: exits.worstPrice, stop: exits.stop,
      takeProfits: exits.takeProfits)
  }
}
