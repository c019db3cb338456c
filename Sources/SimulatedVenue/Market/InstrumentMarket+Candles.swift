package import Domain

extension InstrumentMarket {
  /// Most candles of one answer.
  package static let maximumCandles = 2000
  /// Most base bars that one answer adds up; an answer that would take more is shorter.
  package static let maximumBars: Int64 = 100_000

  /// Candles of `timeframe` that open in `from...to`, oldest first, at most `maximumCandles` and at
  /// most those that `maximumBars` base bars make.
  ///
  /// The last one may still be forming at `now`; nothing of a later moment shows. There are none
  /// for a length below that of the base bars. Candles of mark and index have no volume.
  package mutating func candles(
    _ timeframe: Timeframe, of price: MarketPrice = .trade, from: MarketTime, to: MarketTime,
    now: MarketTime
  ) -> [Candle] {
    guard timeframe.milliseconds >= source.timeframe.milliseconds else { return [] }
    let newest = min(to, now)
    var cursor = timeframe.openTime(of: from)
    if cursor < from { cursor = cursor.advanced(byMilliseconds: timeframe.milliseconds) }
    var candles: [Candle] = []
    var bars = Self.maximumBars
    while candles.count < Self.maximumCandles, bars > 0, cursor <= newest {
      var bar = known(timeframe, price, openTime: cursor, now: now)
      if bar == nil {
        bars -= timeframe.milliseconds / source.timeframe.milliseconds
        guard let first = source.firstBar(atOrAfter: cursor), first.openTime <= now else { break }
        cursor = timeframe.openTime(of: first.openTime)
        guard cursor <= newest else { break }
        bar = aggregated(timeframe, price, openTime: cursor, now: now)
      }
      if let candle = bar?.candle(of: instrument.id, timeframe) { candles.append(candle) }
      cursor = cursor.advanced(byMilliseconds: timeframe.milliseconds)
    }
    return candles
  }

  /// How many candles of `timeframe` an answer certainly has room for.
  package func room(_ timeframe: Timeframe) -> Int64 {
    let bars = max(1, timeframe.milliseconds / source.timeframe.milliseconds)
    return max(1, min(Int64(Self.maximumCandles), Self.maximumBars / bars))
  }

  private func known(
    _ timeframe: Timeframe, _ price: MarketPrice, openTime: MarketTime, now: MarketTime
  ) -> Bar? {
    guard openTime.milliseconds + timeframe.milliseconds <= now.milliseconds else { return nil }
    return closed[price, timeframe, openTime]
  }

  private mutating func aggregated(
    _ timeframe: Timeframe, _ price: MarketPrice, openTime: MarketTime, now: MarketTime
  ) -> Bar? {
    if let known = known(timeframe, price, openTime: openTime, now: now) { return known }
    guard let bar = aggregate(timeframe, price, openTime: openTime, now: now) else { return nil }
    let closeTime = openTime.advanced(byMilliseconds: timeframe.milliseconds)
    if closeTime <= now, timeframe != source.timeframe { closed.insert(bar, price, timeframe) }
    return bar
  }

  /// The base bars of one candle as far as `now` shows them, in one.
  private mutating func aggregate(
    _ timeframe: Timeframe, _ price: MarketPrice, openTime: MarketTime, now: MarketTime
  ) -> Bar? {
    let closeTime = openTime.advanced(byMilliseconds: timeframe.milliseconds)
    var sum: Bar?
    var cursor = openTime
    while cursor < closeTime, cursor <= now {
      let block = source.bars(atOrAfter: cursor)
      guard let last = block.last else { break }
      for bar in block {
        guard bar.openTime < closeTime, bar.openTime <= now else { return sum }
        let shown = shown(bar, price, now: now)
        sum = Bar(
          openTime: openTime, open: sum?.open ?? shown.open,
          high: max(sum?.high ?? shown.high, shown.high),
          low: min(sum?.low ?? shown.low, shown.low), close: shown.close,
          volume: (sum?.volume ?? .zero) + shown.volume)
      }
      cursor = last.openTime.advanced(byMilliseconds: source.timeframe.milliseconds)
    }
    return sum
  }

  /// A base bar as `now` shows it.
  mutating func shown(_ bar: Bar, _ price: MarketPrice, now: MarketTime) -> Bar {
    guard price == .trade else {
      return reference.points(of: bar).bar(of: price, like: bar, now: now)
    }
    return bar.forming(at: now, length: source.timeframe.milliseconds)
  }
}

extension Bar {
  /// The bar as it looks at `now`, by its `IntrabarPath`; the whole bar once it is closed.
  ///
  /// Volume grows evenly and is rounded down.
  func forming(at now: MarketTime, length: Int64) -> Bar {
    let elapsed = max(0, now.milliseconds - openTime.milliseconds)
    guard elapsed < length else { return self }
    let prices = IntrabarPath(self, length: length).segments(from: 0, to: elapsed)
    return Bar(
      openTime: openTime, open: open, high: prices.max() ?? open, low: prices.min() ?? open,
      close: prices.last ?? open,
      volume: Quantity(lots: Proportion.of(volume.lots, elapsed, length)))
  }
}
