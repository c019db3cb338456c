package import Domain

/// What a contract did in the 24 hours before a moment, by its base bars.
package struct DayFigures: Hashable, Sendable {
  package fileprivate(set) var open: Price
  package fileprivate(set) var high: Price
  package fileprivate(set) var low: Price
  package fileprivate(set) var last: Price
  package fileprivate(set) var volume: Quantity
  /// Ticks × lots: each bar's volume at the mean of its four prices.
  private(set) var turnover: Int128
  /// What another venue said the turnover was.
  private var heard: Money?

  init(_ bar: Bar) {
    open = bar.open
    high = bar.high
    low = bar.low
    last = bar.close
    volume = bar.volume
    turnover = Self.turnover(bar)
  }

  /// What another venue says of its day; what it does not say is the last price.
  package init(_ day: TickerDay, last: Price) {
    open = day.open ?? last
    high = day.high ?? max(open, last)
    low = day.low ?? min(open, last)
    self.last = last
    volume = day.volume
    turnover = Int128(last.ticks) * Int128(day.volume.lots)
    heard = day.quoteVolume
  }

  mutating func add(_ bar: Bar) {
    high = max(high, bar.high)
    low = min(low, bar.low)
    last = bar.close
    volume = volume + bar.volume
    turnover += Self.turnover(bar)
  }

  private static func turnover(_ bar: Bar) -> Int128 {
    let prices = Int128(bar.open.ticks) + Int128(bar.high.ticks) + Int128(bar.low.ticks)
    return (prices + Int128(bar.close.ticks)) * Int128(bar.volume.lots) / 4
  }

  /// The turnover in quote currency; no more than fits.
  package func turnover(of instrument: Instrument) -> Money {
    if let heard { return heard }
    let mean = volume == .zero ? 0 : Int64(clamping: turnover / Int128(volume.lots))
    return instrument.notional(Price(ticks: mean), volume, rounding: .down)
      ?? Money(micros: .max)
  }

  /// How far the last price is from the open, in hundredths of a percent.
  package var changeBasisPoints: Int64 {
    Int64(
      clamping: Rounding.nearest.divide(
        Int128(last.ticks - open.ticks) * 10_000, by: Int128(max(1, open.ticks))))
  }
}

/// The closed bars of the 24 hours before a bar, added up once.
struct ClosedDay: Hashable, Sendable {
  /// Open time of the bar that they come before.
  let before: MarketTime
  let figures: DayFigures?
}

extension InstrumentMarket {
  private static let dayMilliseconds = Timeframe.oneDay.milliseconds

  /// The figures of the base bars that opened in the 24 hours before `now`; nil before the first
  /// bar.
  ///
  /// Without one in that time, the last price stands for all prices.
  package mutating func dayFigures(at now: MarketTime) -> DayFigures? {
    guard let newest = source.lastBar(atOrBefore: now) else { return nil }
    let shown = shown(newest, .trade, now: now)
    let opened = timeframe.openTime(of: now)
    let longest = max(Self.dayMilliseconds, timeframe.milliseconds)
    if newest.openTime <= now.advanced(byMilliseconds: -longest) {
      return DayFigures(
        Bar(
          openTime: opened, open: shown.close, high: shown.close, low: shown.close,
          close: shown.close, volume: .zero))
    }
    if day?.before != newest.openTime { day = closedDay(before: newest.openTime) }
    guard var figures = day?.figures else { return DayFigures(shown) }
    figures.add(shown)
    return figures
  }

  /// Adds up what opened in the day that ends with the bar at `time`.
  private mutating func closedDay(before time: MarketTime) -> ClosedDay {
    var figures: DayFigures?
    var cursor = time.advanced(byMilliseconds: timeframe.milliseconds - Self.dayMilliseconds)
    while cursor < time {
      let block = source.bars(atOrAfter: cursor)
      guard let last = block.last else { break }
      for bar in block where bar.openTime < time {
        if figures == nil { figures = DayFigures(bar) } else { figures?.add(bar) }
      }
      cursor = last.openTime.advanced(byMilliseconds: timeframe.milliseconds)
    }
    return ClosedDay(before: time, figures: figures)
  }

  /// Contracts that are held in sum: half to all of a day's volume, by a line between values drawn
  /// for each day.
  ///
  /// Nothing follows from it: a made-up number that looks like one.
  package mutating func openInterest(at now: MarketTime) -> Quantity {
    guard let volume = dayFigures(at: now)?.volume else { return .zero }
    let share = 750_000_000 + Premium(seed: seed &+ 1).slow(at: now) * 1000
    return Quantity(lots: max(0, Proportion.of(volume.lots, share, Premium.whole)))
  }
}
