package import Domain

/// One instrument's market: prices, their path, and candles of any length, out of base bars.
///
/// Invariants: 1. Nothing is told of the time after the moment that was asked about. 2. Every
/// answer has a bound, and its cost depends on the answer and not on the length of the source.
package struct InstrumentMarket: Sendable {
  private var source: any MarketSource
  /// Aggregated bars that are closed, at most `cacheBound` per timeframe.
  private var closed: [Timeframe: [MarketTime: Candle]] = [:]

  /// Most candles of one answer.
  package static let maximumCandles = 2000
  /// Most base bars that one answer adds up; an answer that would take more is shorter.
  package static let maximumBars: Int64 = 100_000
  /// Most points of one path, about 2000 bars of four.
  package static let maximumPoints = 8192
  private static let cacheBound = 4096

  package init(source: any MarketSource) {
    self.source = source
  }

  package var instrument: Instrument { source.instrument }
  package var timeframe: Timeframe { source.timeframe }
  package var start: MarketTime { source.start }
  package var end: MarketTime? { source.end }

  /// The last price at `time`: that of the path inside a bar, the last close in a gap or after the
  /// end; nil before the first bar.
  package mutating func price(at time: MarketTime) -> Price? {
    guard let bar = source.lastBar(atOrBefore: time) else { return nil }
    return IntrabarPath(bar).price(atOffset: time.milliseconds - bar.openTime.milliseconds)
  }

  /// Every turning point in (from, to], and the price at `to` as the last point.
  ///
  /// Between two points the price moved in a straight line; points one millisecond apart are a
  /// jump, between which nothing was traded. A gap ends with a point that still has the price from
  /// before it. Of more than `maximumPoints` the oldest are returned,
  /// and the caller asks again from the last of them.
  package mutating func path(
    from: MarketTime, to: MarketTime
  ) -> [(MarketTime, Price)] {
    guard from < to, let final = price(at: to) else { return [] }
    var points: [(MarketTime, Price)] = []
    var bar = source.lastBar(atOrBefore: from) ?? source.firstBar(atOrAfter: from)
    while let current = bar, current.openTime <= to {
      if from < current.closeTime {
        if let still = stillBefore(current, after: points.last?.0 ?? from) {
          if points.count == Self.maximumPoints { return points }
          points.append(still)
        }
        for turn in IntrabarPath(current).turningPoints {
          let time = current.openTime.advanced(byMilliseconds: turn.offset)
          guard from < time, time <= to else { continue }
          if points.count == Self.maximumPoints { return points }
          points.append((time, turn.price))
        }
      }
      bar = source.firstBar(atOrAfter: current.closeTime)
    }
    if points.last?.0 != to, points.count < Self.maximumPoints { points.append((to, final)) }
    return points
  }

  /// The last moment before `bar` when no bar joins it to `time`; nil when one does.
  private mutating func stillBefore(_ bar: Candle, after time: MarketTime) -> (MarketTime, Price)? {
    let moment = bar.openTime.advanced(byMilliseconds: -1)
    guard time < moment, let previous = source.lastBar(atOrBefore: moment) else { return nil }
    return (moment, previous.close)
  }

  /// Candles of `timeframe` that open in `from...to`, oldest first, at most `maximumCandles` and at
  /// most those that `maximumBars` base bars make.
  ///
  /// The last one may still be forming at `now`; nothing of a later moment shows. There are none
  /// for a length below that of the base bars.
  package mutating func candles(
    _ timeframe: Timeframe, from: MarketTime, to: MarketTime, now: MarketTime
  ) -> [Candle] {
    guard timeframe.milliseconds >= source.timeframe.milliseconds else { return [] }
    let newest = min(to, now)
    var cursor = timeframe.openTime(of: from)
    if cursor < from { cursor = cursor.advanced(byMilliseconds: timeframe.milliseconds) }
    var candles: [Candle] = []
    var bars = Self.maximumBars
    while candles.count < Self.maximumCandles, bars > 0, cursor <= newest {
      if let known = known(timeframe, openTime: cursor, now: now) {
        candles.append(known)
        cursor = known.closeTime
        continue
      }
      bars -= timeframe.milliseconds / source.timeframe.milliseconds
      guard let bar = source.firstBar(atOrAfter: cursor), bar.openTime <= now else { break }
      let openTime = timeframe.openTime(of: bar.openTime)
      guard openTime <= newest else { break }
      if let candle = candle(timeframe, openTime: openTime, now: now) { candles.append(candle) }
      cursor = openTime.advanced(byMilliseconds: timeframe.milliseconds)
    }
    return candles
  }

  /// How many candles of `timeframe` an answer certainly has room for.
  package func room(_ timeframe: Timeframe) -> Int64 {
    let bars = max(1, timeframe.milliseconds / source.timeframe.milliseconds)
    return max(1, min(Int64(Self.maximumCandles), Self.maximumBars / bars))
  }

  private func known(
    _ timeframe: Timeframe, openTime: MarketTime, now: MarketTime
  ) -> Candle? {
    guard let known = closed[timeframe]?[openTime], known.closeTime <= now else { return nil }
    return known
  }

  private mutating func candle(
    _ timeframe: Timeframe, openTime: MarketTime, now: MarketTime
  ) -> Candle? {
    if let known = known(timeframe, openTime: openTime, now: now) { return known }
    guard let candle = aggregate(timeframe, openTime: openTime, now: now) else { return nil }
    if candle.closeTime <= now, timeframe != source.timeframe {
      if closed[timeframe, default: [:]].count >= Self.cacheBound { closed[timeframe] = [:] }
      closed[timeframe, default: [:]][openTime] = candle
    }
    return candle
  }

  /// The base bars of one candle as far as `now` shows them, in one.
  private mutating func aggregate(
    _ timeframe: Timeframe, openTime: MarketTime, now: MarketTime
  ) -> Candle? {
    let closeTime = openTime.advanced(byMilliseconds: timeframe.milliseconds)
    var sum: Candle?
    var cursor = openTime
    while cursor < closeTime, cursor <= now, let bar = source.firstBar(atOrAfter: cursor),
      bar.openTime < closeTime, bar.openTime <= now
    {
      let shown = bar.forming(at: now)
      sum = Candle(
        instrument: bar.instrument, timeframe: timeframe, openTime: openTime,
        open: sum?.open ?? shown.open, high: max(sum?.high ?? shown.high, shown.high),
        low: min(sum?.low ?? shown.low, shown.low), close: shown.close,
        volume: (sum?.volume ?? .zero) + shown.volume)
      cursor = bar.closeTime
    }
    return sum
  }
}

extension Candle {
  /// The bar as it looks at `now`, by its `IntrabarPath`; the whole bar once it is closed.
  ///
  /// Volume grows evenly and is rounded down.
  package func forming(at now: MarketTime) -> Candle {
    let elapsed = max(0, now.milliseconds - openTime.milliseconds)
    guard elapsed < timeframe.milliseconds else { return self }
    let prices = IntrabarPath(self).segments(from: 0, to: elapsed)
    let volume = Int128(volume.lots) * Int128(elapsed) / Int128(timeframe.milliseconds)
    return Candle(
      instrument: instrument, timeframe: timeframe, openTime: openTime, open: open,
      high: prices.max() ?? open, low: prices.min() ?? open, close: prices.last ?? open,
      volume: Quantity(lots: Int64(volume))) ?? self
  }
}
