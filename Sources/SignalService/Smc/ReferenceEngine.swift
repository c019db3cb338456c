import Domain

/// The system that is replaced, evaluation by evaluation, with its mistakes.
///
/// It exists to prove the port and to compare with history; nothing is traded by it. The order of
/// the checks is that of the specification: the first that fails decides.
package struct ReferenceEngine: Sendable {
  private let parameters: SmcParameters
  private let scale: PriceScale
  private var tracker = ReferenceTracker()

  /// The average range of the reconfirmation, whatever `atr_period` says.
  private static let fixedPeriod = 14
  private static let tightReward = WorkingDecimal(coefficient: 20, exponent: -1)
  private static let assumedCostBps = 15.0

  package init(_ parameters: SmcParameters, scale: PriceScale) {
    self.parameters = parameters
    self.scale = scale
  }

  package mutating func evaluate(_ windows: SmcWindows) -> SmcEvaluation {
    var result = SmcEvaluation()
    guard windows.hasFourHours, !windows.days.isEmpty else { return finished(&result) }
    result.bias =
      Bias(
        windows.days, period: parameters.emaPeriod, zone: parameters.neutralZoneBps, scale: scale)
      ?? .neutral
    let ranges = TrueRange.average(windows.hours, period: parameters.atrPeriod)
    if parameters.isAdaptive { result.atrRatio = Volatility.ratio(ranges) }
    let tolerated: Bool
    switch follow(windows, &result) {
    case .passes(let isTolerated): tolerated = isTolerated
    case .ends(let reason):
      result.reason = reason
      return finished(&result)
    }
    result.reason = decide(windows, range: ranges.last, isTolerated: tolerated, &result)
    return finished(&result)
  }

  /// The state of the tracker belongs to the result, whichever step ended it.
  private func finished(_ result: inout SmcEvaluation) -> SmcEvaluation {
    result.structure = tracker.state
    result.change.isEntryReady = tracker.readyDirection != nil
    return result
  }

  private enum Step {
    case passes(isTolerated: Bool)
    case ends(SmcReason)
  }

  // MARK: - Changes of structure

  private mutating func follow(_ windows: SmcWindows, _ result: inout SmcEvaluation) -> Step {
    guard let change = tracker.update(windows.hours) else {
      let isBlocked = parameters.requiresChange && tracker.readyDirection == nil
      return isBlocked ? .ends(.noChange) : .passes(isTolerated: false)
    }
    result.change.direction = change.direction
    result.change.breakPrice = change.breakPrice
    let isConfirmed = Confirmation.holds(
      windows.hours, change.direction, breakPrice: change.breakPrice,
      count: Volatility.confirmationBars(result.atrRatio, parameters))
    result.change.isConfirmed = isConfirmed
    guard isConfirmed else { return .ends(.unconfirmed) }
    guard !parameters.skipsReconfirmation else { return .passes(isTolerated: false) }
    let found = reconfirmation(change, windows, bias: result.bias)
    result.change.isReconfirmed = found != .missed
    result.change.isTolerated = found == .tolerated
    guard found != .missed else { return .ends(.waitingForReconfirmation) }
    tracker.becomeReady()
    return .passes(isTolerated: found == .tolerated)
  }

  private func reconfirmation(
    _ change: ReferenceTracker.Change, _ windows: SmcWindows, bias: Bias
  ) -> Reconfirmation {
    guard let last = windows.quarters.last else { return .missed }
    let block = structures(windows.hours, bias).block
    let range = TrueRange.average(windows.hours, period: Self.fixedPeriod).last
    let setting = Reconfirmation.Setting(
      direction: change.direction, breakPrice: change.breakPrice,
      zone: block.map { ($0.low, $0.high) },
      tolerance: Reconfirmation.tolerance(
        parameters, range: range, close: scale.decimal(last.close)))
    return Reconfirmation(windows.quarters, setting, scale: scale)
  }

  // MARK: - Structures

  private struct Structures {
    var block: OrderBlock?
    var hasGap = false
    var hasBreak = false
    var missing: SmcReason?
  }

  /// What the hours show for `bias`; neutral is taken for bearish, and has no gaps.
  private func structures(_ hours: BarWindow, _ bias: Bias) -> Structures {
    var found = Structures()
    guard hours.count >= parameters.orderBlockLookback else {
      found.missing = .shortHistory
      return found
    }
    let direction: Direction = bias == .bullish ? .long : .short
    guard let block = OrderBlock(hours, direction, lookback: parameters.orderBlockLookback) else {
      found.missing = .noOrderBlock
      return found
    }
    found.hasBreak = StructureBreak.isBroken(hours, direction, count: parameters.breakBars)
    guard found.hasBreak || !parameters.requiresBreak else {
      found.missing = .noBreak
      return found
    }
    found.block = block
    found.hasGap = bias != .neutral && FairValueGap(hours, direction) != nil
    return found
  }

  // MARK: - Decision

  private func decide(
    _ windows: SmcWindows, range: Double?, isTolerated: Bool, _ result: inout SmcEvaluation
  ) -> SmcReason {
    let found = structures(windows.hours, result.bias)
    guard let block = found.block else { return found.missing ?? .noOrderBlock }
    let trend = DirectionalMovement(windows.hours, period: parameters.adxPeriod)?.index
    // Too short counts as no trend at all; what is not a number is below nothing.
    if (trend ?? 0) < parameters.adxThreshold { return .weakTrend }
    guard let trend else { return .noTrendIndex }
    guard let range, let exactRange = WorkingDecimal(range) else { return .noRange }
    guard let fibonacci = FibonacciRange(windows.hours) else { return .noFibonacci }
    guard passesGate(block.nearEdge, fibonacci) else { return .offFibonacci }
    if let ready = tracker.readyDirection, ready != block.direction { return .directionMismatch }
    let score = SmcScore(
      SmcScore.Evidence(
        direction: block.direction, entry: block.nearEdge, bias: result.bias, hasOrderBlock: true,
        hasGap: found.hasGap, hasBreak: found.hasBreak, trendIndex: trend,
        costBps: Self.assumedCostBps, penalty: isTolerated ? parameters.zonePenalty : 0,
        range: fibonacci, anchor: .low))
    result.score = score
    guard score.total >= parameters.leastScore(.orderBlock, result.bias) else { return .lowScore }
    let levels = SmcLevels(
      windows.hours,
      SmcLevels.Basis(
        direction: block.direction, entry: block.nearEdge, invalid: block.farEdge,
        range: exactRange, stopFactor: parameters.tightStop, leastReward: Self.tightReward),
      scale: scale)
    let slope = Slope(ExponentialAverage.series(windows.days, period: parameters.emaPeriod))
    result.trade = SmcEvaluation.Trade(
      direction: block.direction, setup: .orderBlock, levels: levels, slope: slope)
    return .signal
  }

  private func passesGate(_ entry: Int64, _ range: FibonacciRange) -> Bool {
    if range.isOptimalEntry(entry, from: .low) { return true }
    guard let tolerance = WorkingDecimal(parameters.fibonacciBps / 10_000) else { return false }
    return range.isNear(entry, FibonacciRange.ratios, tolerance: tolerance, from: .low)
  }
}
