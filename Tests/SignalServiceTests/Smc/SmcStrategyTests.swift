import Domain
import Testing

@testable import SignalService

@Suite("the smart-money strategy on candles")
struct SmcStrategyTests {
  private static let series = Waves.series(days: 236, seed: 11, drift: 12)
  private static let candles = Waves.candles(series)

  private static func decisions(
    _ candles: some Sequence<Candle>, _ strategy: inout SmcStrategy
  ) -> [StrategyDecision] {
    candles.flatMap { strategy.on(.candle($0)) }
  }

  /// The newest `count` candles of each timeframe that have closed by `time`, in order.
  private static func history(until time: MarketTime, _ count: Int) -> [Candle] {
    let closed = candles.filter { $0.closeTime <= time }
    let parts = Dictionary(grouping: closed) { $0.timeframe }
    return parts.values.flatMap { $0.suffix(count) }.sorted {
      ($0.closeTime, $0.timeframe.milliseconds) < ($1.closeTime, $1.timeframe.milliseconds)
    }
  }

  @Test func `each hour is decided on once, with an entry or a reason`() {
    var strategy = SmcStrategy(Waves.loose)
    let made = Self.decisions(Self.candles, &strategy)
    #expect(made.count == Self.series.hours.count)
    #expect(made.map(\.candle.openTime) == Self.series.hours.map(\.openTime))
    #expect(made.contains { $0.entry != nil })
    #expect(made.allSatisfy { $0.candle.timeframe == .oneHour })
  }

  @Test func `S-10: after a restart it goes on as if it had not ended`() throws {
    var whole = SmcStrategy(Waves.loose)
    let made = Self.decisions(Self.candles, &whole)
    let entries = made.indices.filter { made[$0].entry != nil }
    #expect(entries.count > 5)
    let last = try #require(entries.last)
    // Before, at and after hours with entries, and in between.
    let points = entries.suffix(6).flatMap { [$0 - 1, $0, $0 + 1] } + [last - 40, last - 77]
    for point in Set(points).sorted() where point + 1 < made.count {
      let time = made[point].candle.closeTime
      var restarted = SmcStrategy(Waves.loose)
      let warm = Self.decisions(Self.history(until: time, restarted.memory), &restarted)
      #expect(warm.last == made[point], "the last hour again, with the same name")
      let later = Self.candles.filter { $0.closeTime > time }
      #expect(Self.decisions(later, &restarted) == Array(made[(point + 1)...]))
    }
  }

  @Test func `an hour waits for the quarter-hour and the day that close with it`() throws {
    let midnight = try #require(Self.series.days.last?.openTime)
    let before = Self.history(until: midnight, 600).filter { $0.closeTime < midnight }
    let closing = Self.candles.filter { $0.closeTime == midnight }
    #expect(closing.count == 3)
    var orders: [[StrategyDecision]] = []
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [1, 2, 0]] {
      var strategy = SmcStrategy(Waves.loose)
      _ = Self.decisions(before, &strategy)
      var made: [StrategyDecision] = []
      for (step, index) in order.enumerated() {
        let found = strategy.on(.candle(closing[index]))
        #expect(step == 2 || found.isEmpty)
        made += found
      }
      orders.append(made)
    }
    #expect(orders.allSatisfy { $0.count == 1 && $0 == orders[0] })
  }

  @Test func `an hour whose quarter-hour never came is no signal when the next one closes`() throws
  {
    var strategy = SmcStrategy(Waves.loose)
    let hours = Self.series.hours.prefix(3).map { Waves.candle($0, .oneHour) }
    #expect(strategy.on(.candle(hours[0])).isEmpty)
    let made = strategy.on(.candle(hours[1]))
    #expect(made.map(\.candle) == [hours[0]])
    #expect(made.first?.outcome == .noSignal(NoSignal("UNUSABLE_CANDLES")))
  }

  @Test func `S-21: candles of another length are not taken for its own`() {
    var strategy = SmcStrategy(Waves.loose)
    for candle in Self.candles.prefix(200) {
      let bar = Bar(candle, scale: .ticks)
      for timeframe in [Timeframe.oneMinute, .fiveMinutes] {
        #expect(strategy.on(.candle(Waves.candle(bar, timeframe))).isEmpty)
      }
    }
  }

  /// What is decided on the last hour when `change` has been at the candles before it.
  private static func lastOutcome(_ change: (Candle) -> Candle?) -> StrategyDecision? {
    var strategy = SmcStrategy(Waves.loose)
    let end = series.hours[series.hours.count - 2].openTime
    let history = history(until: end, 600)
    return decisions(history.compactMap(change), &strategy).last
  }

  private static func flaw(_ decision: StrategyDecision?) -> String? {
    guard decision?.outcome == .noSignal(NoSignal("UNUSABLE_CANDLES")) else { return nil }
    return decision?.values.first { $0.name == "flaw" }?.value
  }

  @Test func `missing hours, missing quarter-hours, no volume and jumps are no signal, and why`()
    throws
  {
    #expect(Self.flaw(Self.lastOutcome { $0 }) == nil)
    let hours = Self.series.hours
    let hole = hours[hours.count - 60].openTime
    let noHour = Self.lastOutcome { $0.timeframe == .oneHour && $0.openTime == hole ? nil : $0 }
    #expect(Self.flaw(noHour) == "1h missing at \(hole.milliseconds)")
    let end = hours[hours.count - 2].openTime
    let quarter = end.advanced(byMilliseconds: -3 * 900_000)
    let noQuarter = Self.lastOutcome {
      $0.timeframe == .fifteenMinutes && $0.openTime == quarter ? nil : $0
    }
    #expect(Self.flaw(noQuarter) == "15m missing at \(quarter.milliseconds)")
    let quiet = Self.lastOutcome { candle in
      Waves.candle(Bar(candle, scale: .ticks), candle.timeframe, volume: 0)
    }
    #expect(Self.flaw(quiet) == "hour without volume")
    let jumped = Self.lastOutcome { candle in
      guard candle.timeframe == .oneHour, candle.openTime == hole else { return candle }
      let tenth = candle.low.ticks / 10
      return Waves.candle(
        Hours.bar(
          Int((hole.milliseconds - Hours.start) / Hours.length), open: tenth, high: tenth,
          low: tenth, close: tenth), .oneHour)
    }
    #expect(Self.flaw(jumped)?.hasPrefix("close jumped at") == true)
  }

  @Test(arguments: 1...12)
  func `whatever candles come, it neither stops nor proposes what contradicts itself`(
    _ seed: UInt64
  ) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    let next = { (bound: UInt64) -> Int64 in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int64((state >> 16) % bound)
    }
    let sizes: [UInt64] = [2, 100, 1_000_000, 1_000_000_000_000_000]
    let size = sizes[Int(seed) % sizes.count]
    var strategy = SmcStrategy(Waves.loose)
    for index in 0..<9000 {
      let step = next(40) == 0 ? next(5) : 1
      let low = 1 + next(size)
      let high = low + next(size)
      let span = UInt64(high - low) + 1
      let bar = Hours.bar(
        index + Int(step), open: low + next(span), high: high, low: low, close: low + next(span),
        length: 900_000)
      var candles = [Waves.candle(bar, .fifteenMinutes, volume: next(3))]
      if index % 4 == 3 {
        candles.append(
          Waves.candle(
            Hours.bar(index / 4, open: bar.open, high: high, low: low, close: bar.close),
            .oneHour))
      }
      if index % 40 == 39 {
        candles.append(
          Waves.candle(
            Hours.bar(
              index / 40, open: bar.open, high: high, low: low, close: bar.close,
              length: 86_400_000), .oneDay))
      }
      for decision in candles.flatMap({ strategy.on(.candle($0)) }) {
        guard let entry = decision.entry else { continue }
        let sign: Int64 = entry.direction == .long ? 1 : -1
        #expect((entry.worstPrice.ticks - entry.stop.ticks).signum() == sign)
        #expect(entry.stop.ticks > 0 && entry.worstPrice.ticks > 0)
      }
    }
  }

  @Test func `two instruments do not know of each other`() {
    let few = Waves.series(days: 3, seed: 2, drift: 0)
    var (alone, beside) = (SmcStrategy(Waves.loose), SmcStrategy(Waves.loose))
    var other = SmcStrategy(Waves.loose)
    let mine = Self.decisions(Waves.candles(few), &alone)
    let both = zip(Waves.candles(few), Self.candles).flatMap { one, two in
      _ = other.on(.candle(two))
      return beside.on(.candle(one))
    }
    #expect(mine == both)
  }
}
