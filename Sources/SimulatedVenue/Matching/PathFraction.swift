import Domain

/// A place on the straight way between two points, as an exact fraction of it.
struct PathFraction: Comparable, Sendable {
  private let part: Int64
  private let whole: Int64

  static let start = PathFraction(part: 0, whole: 1)

  private init(part: Int64, whole: Int64) {
    self.part = part
    self.whole = whole
  }

  /// Where a price that goes from `from` to `to` first lies at `level` or beyond; nil when it does
  /// not get there.
  init?(level: Price, isBelow: Bool, from: Price, to: Price) {
    func isReached(_ price: Price) -> Bool { isBelow ? price <= level : price >= level }
    if isReached(from) {
      self = .start
    } else if isReached(to) {
      self.init(part: abs(level.ticks - from.ticks), whole: abs(to.ticks - from.ticks))
    } else {
      return nil
    }
  }

  static func < (left: Self, right: Self) -> Bool {
    Int128(left.part) * Int128(right.whole) < Int128(right.part) * Int128(left.whole)
  }

  static func == (left: Self, right: Self) -> Bool {
    Int128(left.part) * Int128(right.whole) == Int128(right.part) * Int128(left.whole)
  }

  /// The prices at this place; each is rounded to the nearer tick, and the one whose level it was
  /// is exact.
  func point(between from: MarketPoint, _ to: MarketPoint) -> MarketPoint {
    func between(_ from: Int64, _ to: Int64) -> Int64 {
      from
        + Int64(
          Rounding.nearest.divide(Int128(to - from) * Int128(part), by: Int128(whole)))
    }
    return MarketPoint(
      time: MarketTime(
        milliseconds: between(from.time.milliseconds, to.time.milliseconds)),
      last: Price(ticks: between(from.last.ticks, to.last.ticks)),
      mark: Price(ticks: between(from.mark.ticks, to.mark.ticks)),
      index: Price(ticks: between(from.index.ticks, to.index.ticks)))
  }
}
