import Domain

/// Everything the indicators and finders see in one set of windows, whatever is decided on it.
///
/// Lengths of indicators are those their names in a record say; structures follow the parameters.
package struct SmcObservation {
  private static let emaPeriod = 200
  private static let period = 14
  private static let divergenceBars = 20

  package let average: Double?
  package let movement: DirectionalMovement?
  package let range: Double?
  package let strength: Double?
  package let divergence: Divergence
  /// Long, then short; the same for gaps and breaks.
  package let blocks: [OrderBlock?]
  package let gaps: [FairValueGap?]
  package let breaks: [Bool]
  package let fibonacci: FibonacciRange?

  package init(_ windows: SmcWindows, _ parameters: SmcParameters, _ variant: SmcVariant) {
    let hours = windows.hours
    average = ExponentialAverage.series(windows.days, period: Self.emaPeriod).last
    movement = DirectionalMovement(hours, period: Self.period)
    range = TrueRange.average(hours, period: Self.period).last
    let strengths = RelativeStrength.series(hours, period: Self.period)
    strength = strengths.last
    divergence = Divergence(hours, strength: strengths, lookback: Self.divergenceBars)
    let both: [Direction] = [.long, .short]
    blocks = both.map { OrderBlock(hours, $0, lookback: parameters.orderBlockLookback) }
    gaps = both.map { direction in
      variant == .reference
        ? FairValueGap(hours, direction) : FairValueGap(hours, direction, parameters)
    }
    breaks = both.map { StructureBreak.isBroken(hours, $0, count: parameters.breakBars) }
    fibonacci = FibonacciRange(hours)
  }
}

extension FairValueGap {
  /// As the parameters of `corrected` want it.
  init?(_ hours: BarWindow, _ direction: Direction, _ parameters: SmcParameters) {
    self.init(
      hours, direction, leastSize: parameters.gapLeastSize,
      mitigation: parameters.gapMitigation, partialFill: parameters.gapPartialFill)
  }
}
