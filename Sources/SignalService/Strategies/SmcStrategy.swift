package import Domain

/// The smart-money strategy, variant `corrected`, on closed candles of 15 minutes, an hour and a
/// day.
///
/// An hour is decided on once: when it, the quarter-hour that closed with it and the day before are
/// in, whichever comes last. Prices are computed in ticks.
package struct SmcStrategy: Strategy {
  package static let timeframes: [Timeframe] = [.fifteenMinutes, .oneHour, .oneDay]

  /// Bars that neighbour each other in the rules: none of them may be missing.
  private static let structureBars = 110
  private static let reconfirmationBars = 10
  /// A close that leaves this much of the one before, or twice as much, is no market to decide on.
  private static let largestJump = 2.0

  private var engine: CorrectedEngine
  private let contiguous: Int
  private var quarters = BarHistory(most: SmcWindows.bars)
  private var hours = BarHistory(most: SmcWindows.bars)
  private var days = BarHistory(most: SmcWindows.bars)
  /// The hour that has not been decided on yet.
  private var due: Candle?

  package init(_ parameters: SmcParameters) {
    engine = CorrectedEngine(parameters, scale: .ticks)
    contiguous = max(Self.structureBars, parameters.orderBlockLookback + 2)
  }

  /// So many quarter-hours decide 250 hours anew, over windows that are full: more than a setup
  /// stays in sight (200 hours at most) and a change waits.
  package var memory: Int { 1000 }

  package mutating func on(_ event: StrategyEvent) -> [StrategyDecision] {
    var decisions: [StrategyDecision] = []
    switch event {
    case .candle(let candle):
      if candle.timeframe == .oneHour, let late = due {
        decisions.append(Self.unusable(late, "15m or 1d missing when the next hour closed"))
      }
      take(candle)
    // Its positions end at their stop or their profits.
    case .fill, .position: return []
    }
    if let candle = due, isComplete(candle) {
      due = nil
      decisions.append(decide(candle))
    }
    return decisions
  }

  private static func unusable(_ candle: Candle, _ flaw: String) -> StrategyDecision {
    StrategyDecision(
      candle, .noSignal(NoSignal(SmcReason.unusableCandles.rawValue)),
      values: [DecisionValue("flaw", flaw)])
  }

  private mutating func take(_ candle: Candle) {
    let bar = Bar(candle, scale: .ticks)
    switch candle.timeframe {
    case .fifteenMinutes: quarters.append(bar)
    case .oneDay: days.append(bar)
    case .oneHour:
      hours.append(bar)
      due = candle
    case .oneMinute, .fiveMinutes, .thirtyMinutes, .fourHours, .twelveHours, .oneWeek: break
    }
  }

  /// Whether everything that closed with the hour, or before it, is in.
  ///
  /// A quarter-hour that the venue never had is not waited for past the next one.
  private func isComplete(_ candle: Candle) -> Bool {
    let close = candle.closeTime.milliseconds
    guard let quarter = quarters.last,
      quarter.openTime.milliseconds + Timeframe.fifteenMinutes.milliseconds >= close
    else { return false }
    let day = Timeframe.oneDay.milliseconds
    // Without a single day there is nothing to wait for; the engine says so.
    guard let last = days.last else { return true }
    return last.openTime.milliseconds + day >= close / day * day
  }

  private mutating func decide(_ candle: Candle) -> StrategyDecision {
    let windows = SmcWindows(
      quarters: quarters.window(SmcWindows.bars), hours: hours.window(SmcWindows.bars),
      hasFourHours: true, days: days.window(SmcWindows.bars))
    if let flaw = flaw(windows, candle) { return Self.unusable(candle, flaw) }
    let result = engine.evaluate(windows)
    let values = result.values.map { DecisionValue($0.name, $0.value) }
    guard result.reason == .signal, let proposal = Self.proposal(result) else {
      return StrategyDecision(candle, .noSignal(NoSignal(result.reason.rawValue)), values: values)
    }
    return StrategyDecision(candle, .entry(proposal), values: values)
  }

  /// What makes the candles no ground to decide on; nil when nothing does.
  private func flaw(_ windows: SmcWindows, _ candle: Candle) -> String? {
    if candle.volume == .zero { return "hour without volume" }
    if let gap = Self.gap(windows.hours.newest(contiguous), .oneHour) {
      return "1h missing at \(gap)"
    }
    if let gap = Self.gap(windows.quarters.newest(Self.reconfirmationBars), .fifteenMinutes) {
      return "15m missing at \(gap)"
    }
    let recent = windows.hours.newest(contiguous)
    for (earlier, later) in zip(recent, recent.dropFirst()) {
      let ratio = later.closePrice / earlier.closePrice
      if ratio >= Self.largestJump || ratio <= 1 / Self.largestJump {
        return "close jumped at \(later.openTime.milliseconds)"
      }
    }
    return nil
  }

  /// The first open time that has no bar.
  private static func gap(_ bars: BarWindow, _ timeframe: Timeframe) -> Int64? {
    zip(bars, bars.dropFirst()).lazy.compactMap { earlier, later in
      let expected = earlier.openTime.milliseconds + timeframe.milliseconds
      return later.openTime.milliseconds == expected ? nil : expected
    }.first
  }

  private static func proposal(_ result: SmcEvaluation) -> Proposal? {
    guard let trade = result.trade, let worst = result.worstPrice, let stop = result.stopPrice,
      let setup = result.setupName.flatMap({ SetupID($0) })
    else { return nil }
    return Proposal(
      direction: trade.direction, setup: setup, worstPrice: Price(ticks: worst),
      stop: Price(ticks: stop), takeProfits: result.takeProfits.map { Price(ticks: $0) })
  }
}
