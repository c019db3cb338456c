package import Domain

/// The closed candles of one instrument, taken from a venue's answers in order.
///
/// Invariants:
/// 1. A bar is taken only when it is over: the market's time had passed its close before it was
///    asked for, or the same answer holds a later bar.
/// 2. Bars are taken oldest first and each once; `next` is the open time of the one to come.
/// 3. Missing bars are passed over only as a hole, and only after two answers agreed on it.
/// 4. At most `capacity` bars are kept, the newest.
package struct CandleSeries: Hashable, Sendable {
  /// Bars that the venue itself does not have.
  package struct Hole: Hashable, Sendable {
    package let from: MarketTime
    package let to: MarketTime
  }

  package enum Step: Hashable, Sendable {
    case candle(Candle)
    case hole(Hole)
  }

  package struct Taken: Hashable, Sendable {
    package var steps: [Step] = []
    /// Bars seem to be missing: the same question has to be asked once more.
    package var mustConfirm = false
  }

  let instrument: InstrumentID
  let timeframe: Timeframe
  let capacity: Int
  /// Open time of the first bar that has not been taken; nil before the first.
  package private(set) var next: MarketTime?
  package private(set) var closed: [Candle] = []
  /// Where the bars after a supposed hole begin.
  private var suspected: MarketTime?

  package init(_ instrument: InstrumentID, _ timeframe: Timeframe, capacity: Int) {
    self.instrument = instrument
    self.timeframe = timeframe
    self.capacity = capacity
  }

  /// What is new in `bars`, asked for when the market's time was known to be `proof`.
  package mutating func take(_ bars: [Candle], proof: MarketTime) -> Taken {
    let own = bars.filter { $0.instrument == instrument && $0.timeframe == timeframe }
      .sorted { $0.openTime < $1.openTime }
    guard let newest = own.last?.openTime else { return Taken() }
    var taken = Taken()
    for bar in own where bar.closeTime <= proof || bar.openTime < newest {
      if let next {
        guard bar.openTime >= next else { continue }
        if bar.openTime > next {
          guard suspected == bar.openTime else {
            suspected = bar.openTime
            taken.mustConfirm = true
            return taken
          }
          taken.steps.append(.hole(Hole(from: next, to: bar.openTime)))
        }
      }
      suspected = nil
      next = bar.closeTime
      closed.append(bar)
      taken.steps.append(.candle(bar))
    }
    if closed.count > capacity { closed.removeFirst(closed.count - capacity) }
    return taken
  }

  /// Whether a bar that has not been taken is over at `time`.
  package func isBehind(_ time: MarketTime) -> Bool {
    guard let next else { return true }
    return next.advanced(byMilliseconds: timeframe.milliseconds) <= time
  }
}
