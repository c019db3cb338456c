import Domain

/// Index and mark beside the last price.
///
/// They are told at the turning points of a bar; between two of them each price moves in a straight
/// line, as the last price does.
///
/// - *Index*: the last price without half of what a wick reaches beyond the bar's body (at most
///   10 basis points), less the premium (`Premium`, at most 3 basis points).
/// - *Mark*: the index and three quarters of the premium; with recorded mark bars the mark is
///   theirs, at the moments at which the last price turns, and the index is the mark less three
///   quarters of the premium.
/// - Without a seed and without recorded marks both are the last price.
///
/// Invariants: 1. A function of seed, bar and time alone. 2. Without recorded marks the index is
/// within `widestIndex` of the last price and the mark within `widestMark` of the index, and a tick
/// for rounding. 3. No price is below one tick.
struct ReferencePrices: Sendable {
  /// In 10⁻⁹ of the price.
  static let widestWick: Int64 = 1_000_000
  static let widestIndex = widestWick + Premium.most + 1000
  static let widestMark = Premium.most * 3 / 4 + 1000

  private var premium: Premium?
  /// Bars of the same length as those of the last price.
  private let marks: ReplaySource?
  private let length: Int64

  init(seed: UInt64?, marks: ReplaySource?, length: Int64) {
    premium = seed.map { Premium(seed: $0) }
    self.marks = marks
    self.length = length
  }

  /// All prices of a bar at its turning points.
  mutating func points(of bar: Bar) -> BarPoints {
    points(of: bar, mark: marks?.bar(openTime: bar.openTime))
  }

  /// The same with the recorded mark that goes with the bar, where there is one.
  mutating func points(of bar: Bar, mark: Bar?) -> BarPoints {
    let path = IntrabarPath(bar, length: length)
    if let mark { return points(bar, path, recorded: mark) }
    guard premium != nil else { return BarPoints(bar.openTime, path) { $1 } }
    let top = max(bar.open, bar.close)
    let bottom = min(bar.open, bar.close)
    return BarPoints(bar.openTime, path) { time, point in
      let last = point.last.ticks
      var excess = 0 as Int64
      if last > top.ticks { excess = last - top.ticks }
      if last < bottom.ticks { excess = last - bottom.ticks }
      let widest = Proportion.of(last, Self.widestWick, Premium.whole)
      let body = last - min(max(excess / 2, -widest), widest)
      let premium = premium?.value(at: time) ?? 0
      let index = body - Proportion.of(body, premium, Premium.whole)
      let mark = index + Proportion.of(index, premium * 3 / 4, Premium.whole)
      return MarketPoint(
        time: time, last: point.last, mark: Price(ticks: max(1, mark)),
        index: Price(ticks: max(1, index)))
    }
  }

  /// The recorded extreme of the same side stands beside each extreme of the last price.
  private mutating func points(_ bar: Bar, _ path: IntrabarPath, recorded: Bar) -> BarPoints {
    let highFirst = path.firstExtreme.price == bar.high
    let marks = [
      recorded.open, highFirst ? recorded.high : recorded.low,
      highFirst ? recorded.low : recorded.high, recorded.close,
    ]
    var turn = 0
    return BarPoints(bar.openTime, path) { time, point in
      let mark = marks[turn]
      turn += 1
      let premium = (premium?.value(at: time) ?? 0) * 3 / 4
      let index = mark.ticks - Proportion.of(mark.ticks, premium, Premium.whole)
      return MarketPoint(
        time: time, last: point.last, mark: mark, index: Price(ticks: max(1, index)))
    }
  }

  /// The funding rate of an hour before the venue's bound: the mean premium of the mark over the
  /// index in the hour before it, paid over `coefficient` hours.
  func rate(hour number: Int64, coefficient: Int64) -> FundingRate {
    guard let premium else { return .zero }
    let twice = premium.atHour(number - 1) + premium.atHour(number)
    return FundingRate(trillionths: twice * 3 / 8 * 1000 / coefficient)
  }

  /// What the rate of the next hour would be if this one ended now.
  func prediction(at time: MarketTime, coefficient: Int64) -> FundingRate {
    guard var premium else { return .zero }
    let hour = Timeframe.oneHour.openTime(of: time).milliseconds / 3_600_000
    let twice = premium.atHour(hour) + premium.value(at: time)
    return FundingRate(trillionths: twice * 3 / 8 * 1000 / coefficient)
  }
}
