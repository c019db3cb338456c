package import Domain

/// The prices of one contract at one moment of market time.
package struct MarketPoint: Hashable, Sendable {
  package let time: MarketTime
  package let last: Price
  package let mark: Price
  package let index: Price

  package init(time: MarketTime, last: Price, mark: Price, index: Price) {
    self.time = time
    self.last = last
    self.mark = mark
    self.index = index
  }

  /// The prices at `time` on the straight line from here to `next`, rounded towards this point.
  package func towards(_ next: MarketPoint, at time: MarketTime) -> MarketPoint {
    let whole = next.time.milliseconds - self.time.milliseconds
    let part = time.milliseconds - self.time.milliseconds
    guard part > 0, whole > 0 else { return MarketPoint(time: time, like: self) }
    guard part < whole else { return MarketPoint(time: time, like: next) }
    func between(_ from: Price, _ to: Price) -> Price {
      Price(ticks: from.ticks + Proportion.of(to.ticks - from.ticks, part, whole))
    }
    return MarketPoint(
      time: time, last: between(last, next.last), mark: between(mark, next.mark),
      index: between(index, next.index))
  }

  /// The prices of another moment at `time`.
  package init(time: MarketTime, like other: MarketPoint) {
    self.init(time: time, last: other.last, mark: other.mark, index: other.index)
  }
}

/// Products that are divided at once, so that no step overflows.
enum Proportion {
  /// `value × part ÷ whole`, rounded towards zero; `whole` is above 0 and the result fits.
  @inline(__always)
  static func of(_ value: Int64, _ part: Int64, _ whole: Int64) -> Int64 {
    let (product, overflow) = value.multipliedReportingOverflow(by: part)
    return overflow ? Int64(Int128(value) * Int128(part) / Int128(whole)) : product / whole
  }
}
