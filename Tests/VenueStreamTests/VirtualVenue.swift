import Domain
import SimulatedVenue
import Testing

@testable import PaperVenue

/// A generator that gives the same numbers for the same seed.
struct Seeded: Sendable {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  mutating func below(_ bound: Int64) -> Int64 { Int64(next() % UInt64(bound)) }

  /// True once in `times`.
  mutating func once(in times: Int64) -> Bool { times > 0 && below(times) == 0 }
}

/// Faults of the WebSocket by chance.
struct ChanceFaults: WebSocketFaults {
  var random: Seeded
  /// Once in so many messages; 0 for never.
  var gapOnce: Int64 = 0
  var dropOnce: Int64 = 0
  var stallOnce: Int64 = 0
  var delayOnce: Int64 = 0
  var suppressed: [String: Int] = [:]
  var dropped = 0
  var stalled = 0

  mutating func fate(of message: WebSocketMessage, at now: WallTime) -> WebSocketFate {
    if random.once(in: dropOnce) {
      dropped += 1
      return .drop
    }
    if random.once(in: gapOnce) {
      suppressed[message.feed, default: 0] += 1
      return .suppress
    }
    if random.once(in: stallOnce) {
      stalled += 1
      return .stall(200 + random.below(9000))
    }
    return random.once(in: delayOnce) ? .delay(1 + random.below(2000)) : .deliver
  }
}

/// The market of a venue whose time runs `speed` times as fast as the wall's.
struct VirtualMarket: WebSocketSource, Sendable {
  static let wallStart: Int64 = 1_795_564_800_000
  static let start = GeneratedSource.present

  var markets: [InstrumentID: InstrumentMarket] = [:]
  let speed: Int64
  /// Wall milliseconds since the start.
  var elapsed: Int64 = 0

  init(_ symbols: [String], speed: Int64, seed: UInt64) throws {
    self.speed = speed
    for symbol in symbols {
      let id = try #require(InstrumentID(symbol))
      let contract = try #require(StandardInstruments.contract(id))
      markets[id] = InstrumentMarket(
        contract: contract, source: GeneratedSource(instrument: contract.instrument, seed: seed),
        seed: seed)
    }
  }

  var wall: WallTime { WallTime(milliseconds: Self.wallStart + elapsed) }
  var time: MarketTime { Self.start.advanced(byMilliseconds: elapsed * speed) }

  mutating func tick(_ product: InstrumentID, tradesSince time: MarketTime?) -> MarketTick? {
    let now = self.time
    guard let point = markets[product]?.point(at: now) else { return nil }
    var random = Seeded(UInt64(self.time.milliseconds) &+ UInt64(product.symbol.utf8.count))
    func level(_ offset: Int64) -> DepthLevel {
      DepthLevel(
        price: Price(ticks: point.last.ticks + offset),
        quantity: Quantity(lots: 1 + random.below(5000)))
    }
    let spread = 1 + random.below(3)
    var tick = MarketTick(
      instrument: product, time: self.time, last: point.last, mark: point.mark,
      index: point.index, bids: (0..<8).map { level(-spread - Int64($0)) },
      asks: (0..<8).map { level(spread + Int64($0)) })
    if let time {
      tick.trades = markets[product]?.trades(from: time, to: now) ?? []
    } else {
      tick.trades =
        (markets[product]?.trades(
          newest: 100, before: now.advanced(byMilliseconds: 1)) ?? []).reversed()
    }
    return tick
  }

  func account() -> AccountView {
    AccountView(
      balance: BalanceView(
        balance: .zero, available: .zero, portfolioValue: .zero, initialMargin: .zero,
        initialMarginWithoutOrders: .zero, maintenanceMargin: .zero, pnl: .zero,
        unrealizedFunding: .zero, marginEquity: .zero))
  }

  func accountLog() -> [AccountLog.Row] { [] }
  var showsFillsOnly: Bool { false }

  /// The candles of a timeframe that this market's own trades make, from one moment to another.
  mutating func candles(
    of id: InstrumentID, _ timeframe: Timeframe, from: MarketTime, to: MarketTime
  ) -> [Candle] {
    var candles: [Candle] = []
    var open = from
    while open.advanced(byMilliseconds: timeframe.milliseconds) <= to {
      let end = open.advanced(byMilliseconds: timeframe.milliseconds - 1)
      var trades: [MarketTrade] = []
      var cursor = open.advanced(byMilliseconds: -1)
      while let more = markets[id]?.trades(from: cursor, to: end), let last = more.last {
        trades += more
        cursor = last.time
      }
      if let first = trades.first, let last = trades.last,
        let candle = Candle(
          instrument: id, timeframe: timeframe, openTime: open, open: first.price,
          high: trades.map(\.price).max() ?? first.price,
          low: trades.map(\.price).min() ?? first.price, close: last.price,
          volume: trades.reduce(.zero) { $0 + $1.quantity })
      {
        candles.append(candle)
      }
      open = open.advanced(byMilliseconds: timeframe.milliseconds)
    }
    return candles
  }

  /// What the REST interface answers now.
  mutating func answer(_ request: VenueRequest) -> VenueOutcome {
    switch request {
    case .instruments:
      return .answer(.instruments(markets.keys.sorted().compactMap { markets[$0]?.instrument }))
    case .tickers:
      let now = time
      return .answer(
        .tickers(
          markets.keys.sorted().compactMap { id in
            markets[id]?.point(at: now).map { point in
              Ticker(
                instrument: id, time: now, bid: point.last, ask: point.last, last: point.last,
                mark: point.mark)
            }
          }))
    case .candles(let id, let timeframe, let from, let to):
      let now = time
      return .answer(
        .candles(
          markets[id]?.candles(timeframe, from: from, to: to ?? now, now: now) ?? []))
    default: return .refused(word: "not asked for in this test")
    }
  }
}
