package import Domain

/// An endless market out of a seed: one-minute bars, the same for ever for (seed, instrument).
///
/// Days are drawn independently of each other (`GeneratedDay`) between two prices that
/// `GeneratedLevel` fixes, so any moment can be asked for without what came before it.
///
/// Invariants: 1. Every bar is a function of seed, instrument and open time alone; the arithmetic
/// is + − × ÷ √ only, which are exact to the bit everywhere. 2. The price stays within a factor of
/// 4 of its typical one, for ever. 3. At most `cachedDays` days are held.
package struct GeneratedSource: MarketSource {
  package let instrument: Instrument
  package let timeframe = Timeframe.oneMinute
  package let start: MarketTime

  /// Where a generated market begins to be played: 2026-01-01T00:00:00Z.
  package static let present = MarketTime(milliseconds: 1_767_225_600_000)
  /// How many days of history lie before `present` unless told otherwise.
  package static let historyDays: Int64 = 400

  private static let cachedDays = 3
  private static let dayMilliseconds: Int64 = 86_400_000

  private let level: GeneratedLevel
  private let seed: UInt64
  /// The most recently drawn days, oldest draw first.
  private var days: [(number: Int64, day: GeneratedDay)] = []

  /// A market whose first bar opens at the day of `start`.
  package init(
    instrument: Instrument, seed: UInt64,
    start: MarketTime = present.advanced(byMilliseconds: -historyDays * dayMilliseconds)
  ) {
    self.instrument = instrument
    self.start = Timeframe.oneDay.openTime(of: start)
    let own = SplitMix.seed(seed, of: instrument.id)
    self.seed = own
    let typical = StandardInstruments.typicalPrice(instrument)
    level = GeneratedLevel(seed: own, typical: Double(typical.ticks))
  }

  package var end: MarketTime? { nil }

  // Outages are shorter than a day and no day is without bars, so both searches end.

  package mutating func lastBar(atOrBefore time: MarketTime) -> Bar? {
    guard time >= start else { return nil }
    let bars = day(of: time).bars
    let index = Self.firstIndex(in: bars, after: time)
    // The first minute of a day always has a bar.
    return index == 0 ? nil : bars[index - 1]
  }

  package mutating func bars(atOrAfter time: MarketTime) -> ArraySlice<Bar> {
    let from = max(time, start)
    let bars = day(of: from).bars
    let index = Self.firstIndex(in: bars, after: from.advanced(byMilliseconds: -1))
    guard index == bars.count else { return bars[index...] }
    let midnight = Timeframe.oneDay.openTime(of: from)
    return day(of: midnight.advanced(byMilliseconds: Self.dayMilliseconds)).bars[...]
  }

  /// The first bar that opens after `time`; few minutes have none, so it stands close to its
  /// minute's number.
  private static func firstIndex(in bars: [Bar], after time: MarketTime) -> Int {
    guard let first = bars.first, first.openTime <= time else { return 0 }
    let minutes = (time.milliseconds - first.openTime.milliseconds) / 60_000
    var index = Int(min(Int64(bars.count), minutes + 1))
    while index > 0, bars[index - 1].openTime > time { index -= 1 }
    return index
  }

  private mutating func day(of time: MarketTime) -> GeneratedDay {
    let number = Timeframe.oneDay.openTime(of: time).milliseconds / Self.dayMilliseconds
    if let known = days.last(where: { $0.number == number }) { return known.day }
    let day = GeneratedDay(
      start: MarketTime(milliseconds: number * Self.dayMilliseconds),
      seed: SplitMix.mixed(seed ^ SplitMix.mixed(UInt64(bitPattern: number))),
      from: level.price(day: number), to: level.price(day: number + 1),
      lotNotional: lotNotional)
    if days.count == Self.cachedDays { days.removeFirst() }
    days.append((number, day))
    return day
  }

  /// Quote currency of one lot at a price of one tick.
  private var lotNotional: Double {
    instrument.tickSize.double * instrument.lotSize.double
  }
}
