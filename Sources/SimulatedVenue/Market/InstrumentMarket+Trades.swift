package import Domain

extension InstrumentMarket {
  /// Most trades of one answer.
  package static let maximumTrades = 1000
  /// Most trades of one bar; also the step of their numbers from bar to bar.
  package static let tradesPerBar = 16

  /// The trades in (from, to], oldest first, at most `limit`.
  ///
  /// Of more the oldest are returned, and the caller asks again from the time of the last: no two
  /// trades of a contract have the same. After
  /// `maximumBars` bars the search ends with what it has found.
  package mutating func trades(
    from: MarketTime, to: MarketTime, limit: Int = maximumTrades
  ) -> [MarketTrade] {
    let limit = min(max(0, limit), Self.maximumTrades)
    var trades: [MarketTrade] = []
    guard from < to, limit > 0 else { return [] }
    var cursor = source.lastBar(atOrBefore: from)?.openTime ?? from
    var bars = Self.maximumBars
    while cursor <= to, bars > 0 {
      let block = source.bars(atOrAfter: cursor)
      guard let last = block.last else { break }
      for bar in block {
        bars -= 1
        guard bar.openTime <= to, bars > 0 else { return trades }
        for trade in self.trades(of: bar) where from < trade.time && trade.time <= to {
          trades.append(trade)
          if trades.count == limit { return trades }
        }
      }
      cursor = last.openTime.advanced(byMilliseconds: timeframe.milliseconds)
    }
    return trades
  }

  /// The newest `count` trades before `time`, newest first; at most `maximumTrades`, and fewer when
  /// bars without a trade take too long to search.
  package mutating func trades(newest count: Int, before time: MarketTime) -> [MarketTrade] {
    let limit = min(max(0, count), Self.maximumTrades)
    var trades: [MarketTrade] = []
    var cursor = time.advanced(byMilliseconds: -1)
    var empty = 0
    while trades.count < limit, empty < 4 * Self.maximumTrades,
      let bar = source.lastBar(atOrBefore: cursor)
    {
      let earlier = self.trades(of: bar).filter { $0.time < time }
      if earlier.isEmpty { empty += 1 }
      trades += earlier.reversed()
      cursor = bar.openTime.advanced(byMilliseconds: -1)
    }
    return Array(trades.prefix(limit))
  }

  /// The trades of one bar: at most `tradesPerBar`, along its path, their sizes in sum its volume.
  ///
  /// Close, open and both extremes are traded before any other price, so that a candle of the
  /// trades is the bar, if the volume is enough for four. The sizes are drawn.
  mutating func trades(of bar: Bar) -> [MarketTrade] {
    let volume = bar.volume.lots
    guard volume > 0 else { return [] }
    let points = reference.points(of: bar)
    let bits = SplitMix.mixed(seed ^ UInt64(bitPattern: bar.openTime.milliseconds))
    var random = SplitMix(seed: bits)
    let times = tradeTimes(points, count: Int(min(volume, Int64(Self.tradesPerBar))), &random)
    let weights = times.map { _ in Int64(random.whole(1...1000)) }
    let sum = weights.reduce(0, +)
    let shared = volume - Int64(times.count)
    // Everyone has a lot, the rest is shared by weight, and what is left by rounding is the last's.
    var sizes = weights.map { 1 + Proportion.of(shared, $0, sum) }
    sizes[sizes.count - 1] += volume - sizes.reduce(0, +)
    let number = bar.openTime.milliseconds / timeframe.milliseconds * Int64(Self.tradesPerBar)
    return times.indices.map { index in
      MarketTrade(
        number: number + Int64(index), point: points.point(at: times[index]),
        side: Self.side(points, at: times[index], even: bits & (1 << UInt64(index)) == 0),
        quantity: Quantity(lots: sizes[index]), bits: bits)
    }
  }

  /// Ascending and different; at least one.
  private func tradeTimes(
    _ points: BarPoints, count: Int, _ random: inout SplitMix
  ) -> [MarketTime] {
    let turns = [points.close, points.open, points.firstExtreme, points.secondExtreme].map(\.time)
    var times = Set(turns.prefix(count))
    let length = Int(timeframe.milliseconds)
    for _ in 0..<max(0, count - turns.count) {
      times.insert(points.open.time.advanced(byMilliseconds: Int64(random.whole(1...length - 2))))
    }
    return times.sorted()
  }

  /// The direction in which the price came to where it is; at the open, in which it leaves.
  private static func side(_ points: BarPoints, at time: MarketTime, even: Bool) -> Side {
    let (from, to) =
      time <= points.firstExtreme.time
      ? (points.open.last, points.firstExtreme.last)
      : time <= points.secondExtreme.time
        ? (points.firstExtreme.last, points.secondExtreme.last)
        : (points.secondExtreme.last, points.close.last)
    if from == to { return even ? .buy : .sell }
    return from < to ? .buy : .sell
  }
}
