package import Domain

/// The bars of one instrument that its trades make, in several timeframes at once.
///
/// Invariants:
/// 1. A bar is given out once, when it is over and no trade of it can be missing: its first moment
///    is after the one from which the stream is complete.
/// 2. The first and the last trade of a bar are those of the stream's order, which is the venue's.
/// 3. A trade of a bar that was given out is late: counted, and part of nothing.
package struct TradeBars: Hashable, Sendable {
  private struct Tally: Hashable, Sendable {
    var open: MarketTime
    var first: Price
    var high: Price
    var low: Price
    var last: Price
    var lots: Int64

    init(_ trade: Trade, open: MarketTime) {
      self.open = open
      first = trade.price
      high = trade.price
      low = trade.price
      last = trade.price
      lots = trade.quantity.lots
    }

    mutating func add(_ trade: Trade) {
      high = max(high, trade.price)
      low = min(low, trade.price)
      last = trade.price
      let (sum, overflow) = lots.addingReportingOverflow(trade.quantity.lots)
      lots = overflow ? .max : sum
    }
  }

  /// The bar of one timeframe that is being traded.
  private struct Lane: Hashable, Sendable {
    let timeframe: Timeframe
    var tally: Tally?
    /// Nothing that opens before this is given out any more.
    var doneBefore = MarketTime(milliseconds: .min)
  }

  let instrument: InstrumentID
  private var lanes: [Lane]
  /// Bars that open after this moment are complete; nil while that is not known.
  private var completeAfter: MarketTime?
  /// Whether nothing has been lost since.
  package private(set) var isContinuous = false
  package private(set) var late: UInt64 = 0
  private(set) var lastPrice: Price?

  package init(_ instrument: InstrumentID, _ timeframes: [Timeframe]) {
    self.instrument = instrument
    lanes = timeframes.map { Lane(timeframe: $0) }
  }

  /// The stream begins, or goes on; `now` is the market's time as far as it is known.
  package mutating func begin(_ coverage: StreamCoverage, now: MarketTime?) {
    isContinuous = true
    switch coverage {
    case .joined: break
    case .after(let time): startAfter(time)
    case .fromNow: startAfter(now)
    }
  }

  /// Something may be lost from here on, until the stream begins again.
  package mutating func lose() {
    isContinuous = false
  }

  private mutating func startAfter(_ time: MarketTime?) {
    completeAfter = time
    for index in lanes.indices { lanes[index].tally = nil }
  }

  /// Adds a trade; what it shows to be over.
  package mutating func take(_ trade: Trade) -> [Candle] {
    guard isContinuous, trade.kind.isOfTheBook else { return [] }
    if completeAfter == nil { completeAfter = trade.time }
    lastPrice = trade.price
    var over: [Candle] = []
    for index in lanes.indices {
      let open = lanes[index].timeframe.start(of: trade.time)
      guard open >= lanes[index].doneBefore else {
        late += 1
        continue
      }
      if let tally = lanes[index].tally {
        if open < tally.open {
          late += 1
          continue
        }
        if open > tally.open {
          if let candle = close(index) { over.append(candle) }
          lanes[index].tally = Tally(trade, open: open)
        } else {
          lanes[index].tally?.add(trade)
        }
      } else {
        lanes[index].tally = Tally(trade, open: open)
      }
    }
    return over
  }

  /// What is over at `time`, though no later trade has shown it.
  package mutating func pass(to time: MarketTime) -> [Candle] {
    guard isContinuous else { return [] }
    if completeAfter == nil { completeAfter = time }
    return lanes.indices.compactMap { index in isOver(index, at: time) ? close(index) : nil }
  }

  /// The bar that opens at `open` without a trade in it; nil when there was one or might have been.
  package func quiet(_ timeframe: Timeframe, at open: MarketTime) -> Candle? {
    guard isContinuous, let completeAfter, completeAfter < open, let price = lastPrice,
      let lane = lanes.first(where: { $0.timeframe == timeframe }),
      lane.tally.map({ $0.open != open }) ?? true, lane.doneBefore <= open
    else { return nil }
    return Candle(
      instrument: instrument, timeframe: timeframe, openTime: open, open: price, high: price,
      low: price, close: price, volume: .zero)
  }

  /// Whether the bar that opens at `open` will be given out here.
  package func covers(_ open: MarketTime) -> Bool {
    guard isContinuous, let completeAfter else { return false }
    return completeAfter < open
  }

  private func isOver(_ index: Int, at time: MarketTime) -> Bool {
    lanes[index].tally.map {
      $0.open.advanced(byMilliseconds: lanes[index].timeframe.milliseconds) <= time
    } ?? false
  }

  private mutating func close(_ index: Int) -> Candle? {
    guard let tally = lanes[index].tally else { return nil }
    let timeframe = lanes[index].timeframe
    lanes[index].tally = nil
    lanes[index].doneBefore = tally.open.advanced(byMilliseconds: timeframe.milliseconds)
    // More lots than any market has: the chart will know.
    guard let completeAfter, completeAfter < tally.open, tally.lots <= 1_000_000_000_000_000
    else { return nil }
    return Candle(
      instrument: instrument, timeframe: timeframe, openTime: tally.open, open: tally.first,
      high: tally.high, low: tally.low, close: tally.last,
      volume: Quantity(lots: tally.lots))
  }
}

extension Timeframe {
  /// Open time of the bar that `time` lies in.
  func start(of time: MarketTime) -> MarketTime {
    let since = time.milliseconds % milliseconds
    return time.advanced(byMilliseconds: since < 0 ? -since - milliseconds : -since)
  }
}
