import Domain

/// Opens a position when a fast moving average crosses a slow one.
///
/// - Both are exponential and seeded by the first of the last `windowBars` bars, so that a decision
///   depends on these bars alone.
/// - The stop stands `stopATR` mean true ranges from the close, the profit `takeProfitR` times the
///   distance from the worst price to the stop beyond the worst price.
/// - The setup is the bar of the cross.
package struct EmaCrossStrategy: Strategy {
  package struct Settings: Hashable, Sendable {
    package var fastBars = 10
    package var slowBars = 20
    package var atrBars = 14
    /// Thousandths.
    package var stopATR: Int64 = 2000
    /// Thousandths.
    package var takeProfitR: Int64 = 2000
    /// Millionths of the price.
    package var slippage: Int64 = 1000

    package init() {}
  }

  /// Slow averages' lengths that the window holds: the seed weighs next to nothing then.
  private static let windows = 10

  private let settings: Settings
  private var bars: BarHistory
  private var candles: [Candle] = []
  /// The position that stands, and the signal that opened it.
  private var held: (direction: Direction, signal: SignalID)?

  package init(_ settings: Settings) {
    self.settings = settings
    bars = BarHistory(most: settings.slowBars * Self.windows)
  }

  package var memory: Int { max(settings.slowBars * Self.windows, settings.atrBars + 1) }

  package mutating func on(_ event: StrategyEvent) -> [StrategyDecision] {
    switch event {
    case .candle(let candle): return [take(candle)]
    case .fill: return []
    case .position(let position, let signal):
      held = position.direction.map { ($0, signal) }
      return []
    }
  }

  private mutating func take(_ candle: Candle) -> StrategyDecision {
    bars.append(Bar(candle, scale: .ticks))
    candles.append(candle)
    if candles.count > settings.atrBars + 1 { candles.removeFirst() }
    let window = bars.window(settings.slowBars * Self.windows)
    var values = [DecisionValue("close", "\(candle.close.ticks)")]
    guard window.count == settings.slowBars * Self.windows, let range = AverageTrueRange(candles),
      candles.count == settings.atrBars + 1
    else {
      values += [
        DecisionValue("bars", "\(window.count)"), DecisionValue("bars_needed", "\(memory)"),
      ]
      return StrategyDecision(candle, .noSignal(NoSignal("SHORT_HISTORY")), values: values)
    }
    let fast = ExponentialAverage.series(window, period: settings.fastBars)
    let slow = ExponentialAverage.series(window, period: settings.slowBars)
    let now = fast[fast.count - 1] - slow[slow.count - 1]
    let before = fast[fast.count - 2] - slow[slow.count - 2]
    values += [
      DecisionValue("fast", fast[fast.count - 1].description),
      DecisionValue("slow", slow[slow.count - 1].description),
    ]
    guard let direction = Self.cross(before, now) else {
      return StrategyDecision(candle, .noSignal(NoSignal("NO_CROSS")), values: values)
    }
    if let held, held.direction != direction {
      let demand = ExitDemand(of: held.signal, ExitWord(unchecked: "CROSSED_BACK"))
      return StrategyDecision(candle, .exit(demand), values: values)
    }
    guard let proposal = proposal(direction, candle, range) else {
      return StrategyDecision(candle, .noSignal(NoSignal("NO_PRICES")), values: values)
    }
    return StrategyDecision(candle, .entry(proposal), values: values)
  }

  /// Long when the difference has come above zero, short when it has come below.
  private static func cross(_ before: Double, _ now: Double) -> Direction? {
    if before <= 0, now > 0 { return .long }
    return before >= 0 && now < 0 ? .short : nil
  }

  private func proposal(
    _ direction: Direction, _ candle: Candle, _ range: AverageTrueRange
  ) -> Proposal? {
    let exits = RangeExits(
      close: candle.close, direction: direction, range: range, stopATR: settings.stopATR,
      takeProfitR: settings.takeProfitR, slippage: settings.slippage)
    guard let exits, let setup = SetupID("cross-\(candle.openTime.milliseconds)") else {
      return nil
    }
    return Proposal(
      direction: direction, setup: setup, worstPrice: exits.worstPrice, stop: exits.stop,
      takeProfits: exits.takeProfits)
  }
}
