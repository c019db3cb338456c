package import Domain

/// What the account was worth, from candle to candle.
///
/// Invariants: 1. Drawdowns are measured at every sample; days end with their last sample. 2. The
/// points for a picture are at most `mostPoints`, evenly thinned; of what is thinned away the
/// lowest value stays.
package struct EquityCurve: Sendable {
  package struct Point: Hashable, Sendable {
    package let time: Int64
    package let equity: Money
  }

  /// From a peak to the lowest point after it.
  package struct Drawdown: Hashable, Sendable {
    package var amount = Money.zero
    /// As a share of the peak.
    package var share = 0.0
    package var peakAt: Int64 = 0
    package var troughAt: Int64 = 0
    /// The longest time between a peak and the next, or the end, in milliseconds.
    package var longest: Int64 = 0

    package init() {}
  }

  static let mostPoints = 4000
  private static let day: Int64 = 86_400_000

  package let start: Money
  package private(set) var points: [Point] = []
  /// The last equity of each day (UTC), the start first.
  package private(set) var days: [Point] = []
  package private(set) var drawdown = Drawdown()
  /// Milliseconds with a position, and of the whole.
  package private(set) var exposed: Int64 = 0
  package private(set) var span: Int64 = 0
  /// Largest Σ |notional| at a sample.
  package private(set) var largestExposure = Money.zero
  /// Σ exposure ÷ equity × milliseconds.
  private var leverageTime = 0.0
  private var peak: Point
  private var last: (point: Point, exposure: Money)?
  private var every = 1
  private var skipped = 0
  private var lowest: Point?

  init(_ start: Money) {
    self.start = start
    peak = Point(time: 0, equity: start)
  }

  package var final: Money { last?.point.equity ?? start }
  /// Mean of exposure ÷ equity over time.
  package var meanLeverage: Double { span > 0 ? leverageTime / Double(span) : 0 }

  mutating func begin(at time: Int64) {
    let point = Point(time: time, equity: start)
    peak = point
    points = [point]
    days = [point]
    last = (point, .zero)
  }

  mutating func add(at time: Int64, equity: Money, exposure: Money) {
    guard let before = last, time > before.point.time else { return }
    let point = Point(time: time, equity: equity)
    closeDays(before.point, until: time)
    let passed = time - before.point.time
    span += passed
    if before.exposure > .zero || exposure > .zero {
      exposed += passed
      largestExposure = max(largestExposure, exposure)
      if equity > .zero {
        let share = Double(exposure.micros) / Double(equity.micros)
        leverageTime += share * Double(passed)
      }
    }
    last = (point, exposure)
    measure(point)
    thin(point)
  }

  private mutating func closeDays(_ before: Point, until time: Int64) {
    var end = (before.time / Self.day + 1) * Self.day
    while end <= time {
      days.append(Point(time: end, equity: before.equity))
      end += Self.day
    }
  }

  private mutating func measure(_ point: Point) {
    guard point.equity < peak.equity else {
      drawdown.longest = max(drawdown.longest, point.time - peak.time)
      peak = point
      return
    }
    drawdown.longest = max(drawdown.longest, point.time - peak.time)
    let amount = peak.equity - point.equity
    let share = peak.equity > .zero ? Double(amount.micros) / Double(peak.equity.micros) : 0
    drawdown.amount = max(drawdown.amount, amount)
    guard share > drawdown.share else { return }
    drawdown.share = share
    drawdown.peakAt = peak.time
    drawdown.troughAt = point.time
  }

  private mutating func thin(_ point: Point) {
    skipped += 1
    if lowest.map({ point.equity < $0.equity }) ?? true { lowest = point }
    guard skipped >= every else { return }
    if let lowest, lowest.time < point.time, lowest.equity < point.equity { points.append(lowest) }
    points.append(point)
    skipped = 0
    lowest = nil
    guard points.count > Self.mostPoints else { return }
    every *= 2
    points = points.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
  }

  /// The daily returns; the last, unfinished day counts as one.
  package var dailyReturns: [Double] {
    var values = days.map { Double($0.equity.micros) }
    if let last, let end = days.last, last.point.time > end.time {
      values.append(Double(last.point.equity.micros))
    }
    return zip(values, values.dropFirst()).map { before, after in
      before > 0 ? after / before - 1 : 0
    }
  }
}
