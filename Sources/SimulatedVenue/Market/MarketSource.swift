package import Domain

/// The base bars of one instrument, as a pure function of market time.
///
/// Promises of every source: 1. The same question has the same answer, whatever was asked before.
/// 2. A bar's open time is a multiple of `timeframe`. 3. Each question costs a bounded amount.
package protocol MarketSource: Sendable {
  var instrument: Instrument { get }
  /// Length of the base bars.
  var timeframe: Timeframe { get }
  /// Open time of the first bar.
  var start: MarketTime { get }
  /// First moment after the last bar; nil for an endless source.
  var end: MarketTime? { get }

  /// The newest bar that opens at `time` or earlier; nil before the first.
  mutating func lastBar(atOrBefore time: MarketTime) -> Bar?

  /// The bars that open at `time` or later, oldest first: as many as are at hand, none only when
  /// there are no more.
  mutating func bars(atOrAfter time: MarketTime) -> ArraySlice<Bar>
}

extension MarketSource {
  /// The bar that opens at `openTime`; nil in a gap or out of range.
  package mutating func bar(openTime: MarketTime) -> Bar? {
    firstBar(atOrAfter: openTime).flatMap { $0.openTime == openTime ? $0 : nil }
  }

  /// The oldest bar that opens at `time` or later; nil after the last.
  package mutating func firstBar(atOrAfter time: MarketTime) -> Bar? {
    bars(atOrAfter: time).first
  }
}

extension Timeframe {
  /// Open time of the bar of this length that holds `time`.
  package func openTime(of time: MarketTime) -> MarketTime {
    let inBar = time.milliseconds % milliseconds
    return time.advanced(byMilliseconds: inBar < 0 ? -inBar - milliseconds : -inBar)
  }
}
