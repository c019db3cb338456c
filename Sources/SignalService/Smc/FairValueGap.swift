package import Domain

/// Prices that a move jumped over: between a bar and the one after the next.
package struct FairValueGap: Hashable, Sendable {
  package let direction: Direction
  package let index: Int
  package let openTime: MarketTime
  package let bottom: Int64
  package let top: Int64

  /// The newest gap that no later bar has come back to; nil when there is none.
  package init?(_ bars: BarWindow, _ direction: Direction) {
    self.init(bars, direction, leastSize: 0, mitigation: .touched, partialFill: 0)
  }

  /// The same, of at least `leastSize` of its price, and come back to as `mitigation` says.
  package init?(
    _ bars: BarWindow, _ direction: Direction, leastSize: Double,
    mitigation: SmcParameters.Mitigation, partialFill: Double
  ) {
    guard bars.count >= 3 else { return nil }
    // How far the bars after the gap have come back: the lowest low, or the highest high.
    var extreme: Int64?
    for index in (0...(bars.count - 3)).reversed() {
      if index + 3 < bars.count {
        let bar = bars[index + 3]
        let reach = direction == .long ? bar.low : bar.high
        extreme = extreme.map { direction == .long ? min($0, reach) : max($0, reach) } ?? reach
      }
      let (first, last) = (bars[index], bars[index + 2])
      let (bottom, top) = direction == .long ? (first.high, last.low) : (last.high, first.low)
      guard top > bottom, Double(top - bottom) >= leastSize * Double(bottom) else { continue }
      let depth: Double =
        switch mitigation {
        case .touched: 0
        case .partial: partialFill
        case .full: 1
        }
      let fill = Double(top - bottom) * depth
      let limit = direction == .long ? Double(top) - fill : Double(bottom) + fill
      let isClosed = extreme.map { direction == .long ? Double($0) <= limit : Double($0) >= limit }
      guard isClosed != true else { continue }
      self.direction = direction
      self.index = index
      openTime = first.openTime
      self.bottom = bottom
      self.top = top
      return
    }
    return nil
  }
}
