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

  private static let cachedDays = 8
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
    // FNV-1a of the symbol: each instrument of one seed has a market of its own.
    let name = instrument.id.symbol.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { hash, byte in
      (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }
    let own = SplitMix.mixed(seed &+ SplitMix.mixed(name))
    self.seed = own
    let typical = StandardInstruments.typicalPrice(instrument)
    level = GeneratedLevel(seed: own, typical: Double(typical.ticks))
  }

  package var end: MarketTime? { nil }

  package mutating func bar(openTime: MarketTime) -> Candle? {
    let inDay = openTime.milliseconds - Timeframe.oneDay.openTime(of: openTime).milliseconds
    guard openTime >= start, inDay % timeframe.milliseconds == 0,
      let bar = day(of: openTime).bars[Int(inDay / timeframe.milliseconds)]
    else { return nil }
    return Candle(
      instrument: instrument.id, timeframe: timeframe, openTime: openTime,
      open: Price(ticks: bar.open), high: Price(ticks: bar.high), low: Price(ticks: bar.low),
      close: Price(ticks: bar.close), volume: Quantity(lots: bar.lots))
  }

  // Outages are shorter than a day and no day is without bars, so the two searches end.

  package mutating func lastBar(atOrBefore time: MarketTime) -> Candle? {
    var openTime = timeframe.openTime(of: time)
    for _ in 0..<GeneratedDay.length where openTime >= start {
      if let bar = bar(openTime: openTime) { return bar }
      openTime = openTime.advanced(byMilliseconds: -timeframe.milliseconds)
    }
    return nil
  }

  package mutating func firstBar(atOrAfter time: MarketTime) -> Candle? {
    var openTime = timeframe.openTime(of: max(time, start).advanced(byMilliseconds: -1))
      .advanced(byMilliseconds: timeframe.milliseconds)
    for _ in 0..<GeneratedDay.length {
      if let bar = bar(openTime: openTime) { return bar }
      openTime = openTime.advanced(byMilliseconds: timeframe.milliseconds)
    }
    return nil
  }

  private mutating func day(of time: MarketTime) -> GeneratedDay {
    let number = Timeframe.oneDay.openTime(of: time).milliseconds / Self.dayMilliseconds
    if let known = days.last(where: { $0.number == number }) { return known.day }
    let day = GeneratedDay(
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
