package import Domain

/// One contract's market: prices, their path, candles, trades and funding, out of base bars.
///
/// Invariants: 1. Nothing is told of the time after the moment that was asked about. 2. Every
/// answer has a bound, and its cost depends on the answer and not on the length of the source.
package struct InstrumentMarket: Sendable {
  package let contract: VenueContract
  var source: any MarketSource
  var reference: ReferencePrices
  let funding: FundingHistory?
  /// What its ids and sizes of trades are drawn from.
  let seed: UInt64
  /// Aggregated bars that are closed.
  var closed = CandleCache()
  var day: ClosedDay?

  /// Most points of one path, about 2000 bars of four.
  package static let maximumPoints = 8192

  /// A market of `contract` over `source`; without a seed mark and index are the last price.
  ///
  /// `marks` are followed when their bars are as long as those of `source`.
  package init(
    contract: VenueContract, source: any MarketSource, seed: UInt64? = nil,
    marks: ReplaySource? = nil, funding: FundingHistory? = nil
  ) {
    self.contract = contract
    self.source = source
    self.funding = funding
    let own = SplitMix.seed(seed ?? 0, of: contract.id)
    self.seed = own
    reference = ReferencePrices(
      seed: seed == nil ? nil : own, marks: marks?.timeframe == source.timeframe ? marks : nil,
      length: source.timeframe.milliseconds)
  }

  /// A market of a contract that is known here, or of one with the standard terms.
  package init(source: any MarketSource) {
    let instrument = source.instrument
    self.init(
      contract: StandardInstruments.contract(instrument.id)
        ?? VenueContract(instrument: instrument, marginLevels: StandardInstruments.marginLevels),
      source: source)
  }

  package var instrument: Instrument { contract.instrument }
  package var timeframe: Timeframe { source.timeframe }
  package var start: MarketTime { source.start }
  package var end: MarketTime? { source.end }

  /// The prices at `time`: those of the path inside a bar, the last ones in a gap or after the end;
  /// nil before the first bar.
  package mutating func point(at time: MarketTime) -> MarketPoint? {
    guard let bar = source.lastBar(atOrBefore: time) else { return nil }
    return reference.points(of: bar).point(at: time)
  }

  /// Every turning point in (from, to], and the prices at `to` as the last point.
  ///
  /// Between two points each price moved in a straight line; points one millisecond apart are a
  /// jump, between which nothing was traded. A gap ends with a point that still has the prices from
  /// before it. Of more than `maximumPoints` the oldest are returned, and the caller asks again
  /// from the last of them.
  package mutating func points(from: MarketTime, to: MarketTime) -> [MarketPoint] {
    guard from < to, let final = point(at: to) else { return [] }
    var points: [MarketPoint] = []
    let bars = (to.milliseconds - from.milliseconds) / timeframe.milliseconds
    points.reserveCapacity(Int(min(Int64(Self.maximumPoints), bars * 4 + 8)))
    var cursor = source.lastBar(atOrBefore: from)?.openTime ?? from
    var previous: MarketPoint?
    while cursor <= to {
      let block = source.bars(atOrAfter: cursor)
      guard let last = block.last else { break }
      for bar in block {
        guard bar.openTime <= to else { break }
        let turns = reference.points(of: bar)
        guard Self.add(turns, after: previous, from: from, to: to, &points) else { return points }
        previous = turns.close
      }
      cursor = last.openTime.advanced(byMilliseconds: timeframe.milliseconds)
    }
    if points.last?.time != to, points.count < Self.maximumPoints { points.append(final) }
    return points
  }

  /// Adds what a bar has in (from, to], and the end of the gap before it; false when the path is
  /// full.
  @inline(__always)
  private static func add(
    _ turns: BarPoints, after previous: MarketPoint?, from: MarketTime, to: MarketTime,
    _ points: inout [MarketPoint]
  ) -> Bool {
    if let previous, from < turns.open.time {
      let moment = turns.open.time.advanced(byMilliseconds: -1)
      if previous.time < moment, from < moment {
        guard points.count < maximumPoints else { return false }
        points.append(MarketPoint(time: moment, like: previous))
      }
    }
    guard points.count + 4 > maximumPoints || turns.open.time <= from || turns.close.time > to
    else {
      points.append(turns.open)
      points.append(turns.firstExtreme)
      points.append(turns.secondExtreme)
      points.append(turns.close)
      return true
    }
    for turn in [turns.open, turns.firstExtreme, turns.secondExtreme, turns.close]
    where from < turn.time && turn.time <= to {
      guard points.count < maximumPoints else { return false }
      points.append(turn)
    }
    return true
  }

  /// The last price along `points`.
  package mutating func path(from: MarketTime, to: MarketTime) -> [(MarketTime, Price)] {
    points(from: from, to: to).map { ($0.time, $0.last) }
  }
}

extension SplitMix {
  /// A seed of its own for each contract of one market.
  static func seed(_ seed: UInt64, of id: InstrumentID) -> UInt64 {
    // FNV-1a of the symbol.
    let name = id.symbol.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { hash, byte in
      (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }
    return mixed(seed &+ mixed(name))
  }
}
