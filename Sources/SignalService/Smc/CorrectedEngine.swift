import Domain

/// What is traded: the reference's idea without its mistakes; docs/strategy-smc.md lists each
/// difference with the test that shows it.
///
/// Invariants:
/// 1. A decision is a function of the windows and of what was decided on the hours before; nothing
///    else, so replaying closed candles rebuilds it.
/// 2. What is remembered of an hour is over after 300 hours at the latest.
/// 3. Nothing is computed from a number that is not one: the evaluation ends with a reason.
package struct CorrectedEngine: Sendable {
  /// Named in every decision; changes whenever the same candles may decide differently.
  package static let version = "smc-corrected-1"

  let parameters: SmcParameters
  let scale: PriceScale
  private var memory = StructureMemory()
  private var setups = SetupMemory()

  package init(_ parameters: SmcParameters, scale: PriceScale) {
    self.parameters = parameters
    self.scale = scale
  }

  package mutating func evaluate(_ windows: SmcWindows) -> SmcEvaluation {
    var result = SmcEvaluation()
    let ranges = TrueRange.average(windows.hours, period: parameters.atrPeriod)
    if parameters.isAdaptive { result.atrRatio = Volatility.ratio(ranges) }
    let count = Volatility.confirmationBars(result.atrRatio, parameters)
    memory.take(windows.hours, count: count, expiry: parameters.changeExpiryBars)
    if let last = windows.hours.last { setups.take(last) }
    result.note("version", Self.version)
    result.note("window", "\(SmcWindows.bars)")
    result.reason = decide(windows, range: ranges.last, &result)
    if result.reason == .signal { memory.clear() }
    result.structure = memory.structure
    return result
  }

  private mutating func decide(
    _ windows: SmcWindows, range: Double?, _ result: inout SmcEvaluation
  ) -> SmcReason {
    let hours = windows.hours
    guard let last = hours.last, let quarter = windows.quarters.last,
      let bias = Bias(
        windows.days, period: parameters.emaPeriod, zone: parameters.neutralZoneBps, scale: scale)
    else {
      result.note("days", "\(windows.days.count)")
      result.note("days_needed", "\(parameters.emaPeriod)")
      return .insufficientBiasData
    }
    result.bias = bias
    result.note("bias", bias.rawValue)
    result.note("close", "\(quarter.close)")
    guard bias != .neutral else { return .neutralBias }
    let direction: Direction = bias == .bullish ? .long : .short
    guard hours.count >= parameters.orderBlockLookback else { return .shortHistory }
    guard let range, range.isFinite, range > 0, let exactRange = WorkingDecimal(range) else {
      return .noRange
    }
    result.note("atr", range.description)
    let zone = zone(hours, direction)
    let tolerance = Reconfirmation.tolerance(
      parameters, range: range, close: scale.decimal(quarter.close))
    if let reason = follow(windows, zone, tolerance, &result) { return reason }
    guard let zone else { return .noOrderBlock }
    result.setupName = zone.name
    result.note("zone", "\(zone.low)..\(zone.high)")
    let evidence = Evidence(
      zone: zone, tolerance: tolerance, range: exactRange, close: quarter.close)
    if let reason = judge(windows, evidence, &result) { return reason }
    guard setups.isArmed(zone, at: last.openTime, bars: parameters.rearmBars) else {
      result.trade = nil
      return .alreadySignalled
    }
    setups.signalled(zone, at: last.openTime)
    return .signal
  }

  /// What the structures found so far say, for the gates.
  private struct Evidence {
    let zone: SmcZone
    let tolerance: WorkingDecimal
    let range: WorkingDecimal
    let close: Int64
  }

  private func zone(_ hours: BarWindow, _ direction: Direction) -> SmcZone? {
    if let block = OrderBlock(hours, direction, lookback: parameters.orderBlockLookback) {
      return SmcZone(block, parameters, scale: scale)
    }
    if parameters.tradesGaps, let gap = FairValueGap(hours, direction, parameters) {
      return SmcZone(gap)
    }
    if parameters.tradesBreaks,
      StructureBreak.isBroken(hours, direction, count: parameters.breakBars)
    {
      return SmcZone(breakOf: hours, direction, count: parameters.breakBars)
    }
    return nil
  }

  // MARK: - Changes of structure

  /// Nil when the market's structure lets an entry pass.
  private mutating func follow(
    _ windows: SmcWindows, _ zone: SmcZone?, _ tolerance: WorkingDecimal,
    _ result: inout SmcEvaluation
  ) -> SmcReason? {
    guard let change = memory.change else { return parameters.requiresChange ? .noChange : nil }
    result.change.direction = change.direction
    result.change.breakPrice = change.breakPrice
    result.note("change", "\(change.direction.rawValue) \(change.stage.rawValue)")
    result.change.isConfirmed = change.stage != .unconfirmed
    guard change.stage != .unconfirmed else { return .unconfirmed }
    if change.stage == .confirmed {
      let found: Reconfirmation =
        parameters.skipsReconfirmation
        ? .exact
        : Reconfirmation(
          windows.quarters,
          Reconfirmation.Setting(
            direction: change.direction, breakPrice: change.breakPrice,
            zone: zone.map { ($0.low, $0.high) }, tolerance: tolerance),
          scale: scale)
      result.change.isReconfirmed = found != .missed
      guard found != .missed else { return .waitingForReconfirmation }
      memory.becomeReady()
    }
    result.change.isEntryReady = true
    let direction: Direction = result.bias == .bullish ? .long : .short
    return change.direction == direction ? nil : .directionMismatch
  }

  // MARK: - Gates

  /// Nil when every gate is passed; the trade stands in the result then.
  private func judge(
    _ windows: SmcWindows, _ evidence: Evidence, _ result: inout SmcEvaluation
  ) -> SmcReason? {
    let (hours, zone) = (windows.hours, evidence.zone)
    let hasBreak = StructureBreak.isBroken(hours, zone.direction, count: parameters.breakBars)
    result.note("bos", hasBreak ? "yes" : "no")
    guard hasBreak || !parameters.requiresBreak else { return .noBreak }
    guard let trend = DirectionalMovement(hours, period: parameters.adxPeriod)?.index,
      trend.isFinite
    else { return .noTrendIndex }
    result.note("adx", trend.description)
    guard trend >= parameters.adxThreshold else { return .weakTrend }
    guard !diverges(hours, zone.direction, &result) else { return .divergence }
    guard let fibonacci = FibonacciRange(hours) else { return .noFibonacci }
    let anchor: FibonacciRange.Anchor = zone.direction == .long ? .high : .low
    if zone.setup.isTight, !passesGate(zone.entry, fibonacci, anchor) { return .offFibonacci }
    guard let isExact = standing(evidence, zone) else { return .awayFromZone }
    result.note("at_zone", isExact ? "inside" : "within tolerance")
    let score = SmcScore(
      SmcScore.Evidence(
        direction: zone.direction, entry: zone.entry, bias: result.bias,
        hasOrderBlock: zone.setup == .orderBlock,
        hasGap: FairValueGap(hours, zone.direction, parameters) != nil, hasBreak: hasBreak,
        trendIndex: trend, costBps: parameters.costBps,
        penalty: isExact ? 0 : parameters.zonePenalty, range: fibonacci, anchor: anchor))
    result.score = score
    let least = parameters.leastScore(zone.setup, result.bias)
    result.note("score", "\(score.total) of \(least) needed (\(score.grade))")
    guard score.total >= least else { return .lowScore }
    return price(windows, evidence, &result)
  }

  private func price(
    _ windows: SmcWindows, _ evidence: Evidence, _ result: inout SmcEvaluation
  ) -> SmcReason? {
    let zone = evidence.zone
    do {
      let prices = try SmcPrices(
        SmcPrices.Basis(
          zone: zone, close: evidence.close, tolerance: evidence.tolerance, range: evidence.range,
          parameters: parameters, scale: scale), windows.hours)
      result.worstPrice = prices.worst
      result.stopPrice = prices.stop
      result.takeProfits = prices.takeProfits
      result.note("worst", "\(prices.worst)")
      result.note("stop", "\(prices.stop)")
      result.trade = SmcEvaluation.Trade(
        direction: zone.direction, setup: zone.setup,
        levels: SmcLevels(
          entry: zone.entry, stop: prices.stop, takeProfit: prices.takeProfits.first ?? 0,
          candidates: prices.takeProfits, scale: scale),
        slope: Slope(ExponentialAverage.series(windows.days, period: parameters.emaPeriod)))
      return nil
    } catch .awayFromZone {
      return .awayFromZone
    } catch .stopPassed {
      return .stopPassed
    } catch {
      return .zeroRisk
    }
  }

  private func diverges(
    _ hours: BarWindow, _ direction: Direction, _ result: inout SmcEvaluation
  ) -> Bool {
    guard parameters.rsiDivergenceCheck else { return false }
    let divergence = Divergence(
      hours, strength: RelativeStrength.series(hours, period: parameters.rsiPeriod),
      lookback: parameters.rsiDivergenceLookback)
    result.note("rsi_divergence", divergence.rawValue)
    return divergence == (direction == .long ? .bearish : .bullish)
  }

  private func passesGate(
    _ entry: Int64, _ range: FibonacciRange, _ anchor: FibonacciRange.Anchor
  ) -> Bool {
    if range.isOptimalEntry(entry, from: anchor) { return true }
    guard let tolerance = WorkingDecimal(parameters.fibonacciBps / 10_000) else { return false }
    return range.isNear(entry, FibonacciRange.ratios, tolerance: tolerance, from: anchor)
  }

  /// Whether the market is inside the zone (true), beside it (false), or away from it (nil).
  private func standing(_ evidence: Evidence, _ zone: SmcZone) -> Bool? {
    let edges = (min(zone.low, zone.entry), max(zone.high, zone.entry))
    if (edges.0...edges.1).contains(evidence.close) { return true }
    let one = WorkingDecimal(coefficient: 1, exponent: 0)
    let close = scale.decimal(evidence.close)
    let isNear =
      scale.decimal(edges.0) * (one - evidence.tolerance) <= close
      && close <= scale.decimal(edges.1) * (one + evidence.tolerance)
    return isNear ? false : nil
  }
}

extension SmcEvaluation {
  mutating func note(_ name: String, _ value: String) { values.append((name, value)) }
}
