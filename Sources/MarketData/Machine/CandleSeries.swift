package import Domain

/// The closed candles of one instrument in order, taken from charts and from trades.
///
/// Invariants:
/// 1. A bar of a chart is taken only when it is over: the market's time had passed its close before
///    it was asked for, or the same answer holds a later bar.
/// 2. Bars are taken oldest first and each once; `next` is the open time of the one to come.
/// 3. Missing bars are passed over only as a hole, and only after two answers agreed on it. A bar
///    of trades that is not the next waits for those before it.
/// 4. At most `capacity` bars are kept, the newest; at most `mostWaiting` wait.
package struct CandleSeries: Hashable, Sendable {
  private static let mostWaiting = 1000

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
    /// Bars of the chart that are not what was taken before.
    package var different: [Candle] = []
  }

  let instrument: InstrumentID
  let timeframe: Timeframe
  let capacity: Int
  /// Open time of the first bar that has not been taken; nil before the first.
  package private(set) var next: MarketTime?
  package private(set) var closed: [Candle] = []
  private var waiting = CandleMerge(capacity: mostWaiting)
  /// Where the bars after a supposed hole begin.
  private var suspected: MarketTime?

  package init(_ instrument: InstrumentID, _ timeframe: Timeframe, capacity: Int) {
    self.instrument = instrument
    self.timeframe = timeframe
    self.capacity = capacity
  }

  /// Begins with `bars` of the archive, oldest first: the newest of them that follow each other.
  ///
  /// Returns whether they are at least `least`; fewer leave the series as it was, as does a series
  /// that has begun.
  package mutating func begin(with bars: [Candle], atLeast least: Int) -> Bool {
    let own = bars.filter { $0.instrument == instrument && $0.timeframe == timeframe }
    guard next == nil, closed.isEmpty, let last = own.last else { return false }
    var run: [Candle] = []
    for bar in own.reversed() {
      guard run.last.map({ $0.openTime == bar.closeTime }) ?? true else { break }
      run.append(bar)
    }
    guard run.count >= least else { return false }
    closed = Array(run.reversed().suffix(capacity))
    next = last.closeTime
    return true
  }

  /// What is new in `bars` of the chart, asked for when the market's time was known to be `proof`.
  package mutating func take(_ bars: [Candle], proof: MarketTime) -> Taken {
    let own = bars.filter { $0.instrument == instrument && $0.timeframe == timeframe }
      .sorted { $0.openTime < $1.openTime }
    guard let newest = own.last?.openTime else { return Taken() }
    var taken = Taken()
    let over = own.filter { $0.closeTime <= proof || $0.openTime < newest }
    for bar in over {
      if let next, bar.openTime < next {
        if differs(bar) { taken.different.append(bar) }
      } else {
        waiting.offer(bar, .charted)
      }
    }
    for bar in over where next.map({ $0 <= bar.openTime }) ?? true {
      drain(into: &taken)
      if let next {
        guard bar.openTime >= next else { continue }
        guard suspected == bar.openTime else {
          suspected = bar.openTime
          taken.mustConfirm = true
          return taken
        }
        taken.steps.append(.hole(Hole(from: next, to: bar.openTime)))
      }
      next = bar.openTime
      drain(into: &taken)
    }
    drain(into: &taken)
    return taken
  }

  /// A bar that was made of trades and is over.
  package mutating func take(traded bar: Candle) -> Taken {
    var taken = Taken()
    guard bar.instrument == instrument, bar.timeframe == timeframe,
      next.map({ $0 <= bar.openTime }) ?? true
    else { return taken }
    waiting.offer(bar, .traded)
    drain(into: &taken)
    return taken
  }

  /// Whether a bar that has not been taken is over at `time`.
  package func isBehind(_ time: MarketTime) -> Bool {
    guard let next else { return true }
    return next.advanced(byMilliseconds: timeframe.milliseconds) <= time
  }

  /// Takes the bars that follow what was taken; before the first nothing follows.
  private mutating func drain(into taken: inout Taken) {
    guard let start = next else { return }
    while let next, let bar = waiting.closed(at: next) {
      waiting.remove(next)
      suspected = nil
      self.next = bar.closeTime
      closed.append(bar)
      taken.steps.append(.candle(bar))
    }
    guard next != start else { return }
    if let next { waiting.drop(before: next) }
    if closed.count > capacity { closed.removeFirst(closed.count - capacity) }
  }

  private func differs(_ bar: Candle) -> Bool {
    guard let first = closed.first else { return false }
    let index = (bar.openTime.milliseconds - first.openTime.milliseconds) / timeframe.milliseconds
    // Holes shift the place, to the left only.
    var place = min(Int(clamping: index), closed.count - 1)
    while place >= 0, closed[place].openTime > bar.openTime { place -= 1 }
    return place >= 0 && closed[place].openTime == bar.openTime && closed[place] != bar
  }
}
