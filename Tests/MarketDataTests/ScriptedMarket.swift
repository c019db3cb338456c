import Domain
import Wire

@testable import MarketData

/// A venue whose market is a function of time, driven one answer at a time.
struct ScriptedMarket {
  static let minute: Int64 = 60_000
  /// Some full minute.
  static let start: Int64 = 1_700_000_040_000 / minute * minute

  var ids = ["PF_XBTUSD"]
  /// Minutes since `start` that have no bar.
  var missing: Set<Int64> = []
  /// Market milliseconds since `start`.
  var now: Int64 = 400 * minute
  /// Machine and wall milliseconds.
  var clock: Int64 = 1_000_000
  var refuses = false
  var tradeable = true

  var time: FeedTime {
    FeedTime(
      machine: MachineTime(nanoseconds: clock * 1_000_000),
      wall: WallTime(milliseconds: 1_800_000_000_000 + clock))
  }

  static func id(_ symbol: String) -> InstrumentID {
    guard let id = InstrumentID(symbol) else { fatalError("\(symbol) is an instrument") }
    return id
  }

  static func instrument(_ symbol: String, tradeable: Bool = true) -> Instrument {
    guard
      let tick = ExactDecimal("0.5"), let lot = ExactDecimal("0.0001"),
      let margin = ExactDecimal("0.02"),
      let instrument = Instrument(
        id: id(symbol), tickSize: tick, lotSize: lot, maxPosition: Quantity(lots: 1_000_000),
        initialMargin: margin, makerProtectionMilliseconds: 0, tradeable: tradeable)
    else { fatalError("the steps are positive") }
    return instrument
  }

  /// The bar of minute `index`; while it is forming its close differs from what it will be.
  func bar(_ symbol: String, _ index: Int64, isOver: Bool) -> Candle {
    let price = 1000 + index % 50
    guard
      let candle = Candle(
        instrument: Self.id(symbol), timeframe: .oneMinute,
        openTime: MarketTime(milliseconds: Self.start + index * Self.minute),
        open: Price(ticks: price), high: Price(ticks: price + 10), low: Price(ticks: price - 10),
        close: Price(ticks: price + (isOver ? 3 : 7)), volume: Quantity(lots: 5))
    else { fatalError("the bar is possible") }
    return candle
  }

  func ticker(_ symbol: String) -> Ticker {
    let price = Price(ticks: 1000 + now / 1000 % 77)
    return Ticker(
      instrument: Self.id(symbol), time: MarketTime(milliseconds: Self.start + now), bid: price,
      ask: price, last: price, mark: price)
  }

  func answer(_ request: VenueRequest) -> VenueOutcome {
    if refuses { return .ambiguous(why: "the venue is away") }
    switch request {
    case .instruments:
      return .answer(.instruments(ids.map { Self.instrument($0, tradeable: tradeable) }))
    case .tickers: return .answer(.tickers(ids.map(ticker)))
    case .candles(let id, _, let from, _):
      let first = (from.milliseconds - Self.start) / Self.minute
      let last = now / Self.minute
      guard first <= last else { return .answer(.candles([])) }
      let bars = (first...min(last, first + 1999)).filter { !missing.contains($0) }
        .map { bar(id.symbol, $0, isOver: ($0 + 1) * Self.minute <= now) }
      return .answer(.candles(bars))
    case .spotCandles(let id, let timeframe, let from, let to):
      // The spot market stands a thousand ticks higher.
      guard
        case .answer(.candles(let bars)) = answer(.candles(id, timeframe, from: from, to: to))
      else { return .refused(word: "no chart") }
      return .answer(.candles(bars.compactMap { $0.raised(by: 1000) }))
    default: return .refused(word: "not asked for in this test")
    }
  }
}

extension Candle {
  fileprivate func raised(by ticks: Int64) -> Candle? {
    Candle(
      instrument: instrument, timeframe: timeframe, openTime: openTime,
      open: Price(ticks: open.ticks + ticks), high: Price(ticks: high.ticks + ticks),
      low: Price(ticks: low.ticks + ticks), close: Price(ticks: close.ticks + ticks),
      volume: volume)
  }
}

/// A feed on a scripted market, and everything it did.
struct FeedDrive {
  var market: ScriptedMarket
  var machine: FeedMachine
  var published: [StreamBody] = []
  var alerts: [String] = []
  var places: [SeriesID: MarketTime] = [:]
  var followed: [Instrument] = []
  var requests: [VenueRequest] = []
  var isReady = false
  var recalls: [ArchiveQuestion] = []
  var kept: [(candle: Candle, isCharted: Bool)] = []

  init(
    _ market: ScriptedMarket = ScriptedMarket(), places: [SeriesID: MarketTime] = [:],
    _ change: (inout FeedSettings) -> Void = { _ in }
  ) {
    self.market = market
    self.places = places
    var settings = FeedSettings()
    settings.historyCandles = 50
    change(&settings)
    machine = FeedMachine(settings: settings, places: places)
  }

  /// One turn: time passes, everything asked for is answered at once.
  mutating func turn(milliseconds: Int64 = 200, market marketMilliseconds: Int64 = 0) {
    market.clock += milliseconds
    market.now += marketMilliseconds
    step(.tick)
  }

  /// What happens, and everything that is asked for because of it.
  mutating func step(_ event: FeedEvent) {
    var waiting = take(machine.step(event, now: market.time))
    var rounds = 0
    while !waiting.isEmpty {
      let (tag, request) = waiting.removeFirst()
      let report = VenueReport(tag: tag, outcome: market.answer(request), serverTime: nil)
      waiting += take(machine.step(.report(report), now: market.time))
      rounds += 1
      if rounds > 10_000 { fatalError("the feed asks without end") }
    }
  }

  mutating func take(_ effects: [FeedEffect]) -> [(UInt64, VenueRequest)] {
    var asked: [(UInt64, VenueRequest)] = []
    for effect in effects {
      switch effect {
      case .request(let request, let tag):
        asked.append((tag, request))
        requests.append(request)
      case .publish(let body): published.append(body)
      case .remember(let places): self.places = places
      case .follow(let instruments): followed += instruments
      case .ready: isReady = true
      case .alert(let text): alerts.append(text)
      case .recall(let questions): recalls += questions
      case .keep(let candle, let isCharted): kept.append((candle, isCharted))
      }
    }
    return asked
  }

  var candles: [Candle] {
    published.compactMap { if case .candle(let candle) = $0 { candle } else { nil } }
  }

  var notes: [ControlNote] {
    published.compactMap { if case .control(let note) = $0 { note } else { nil } }
  }

  /// Minutes since the start of the market, of the candles published.
  var minutes: [Int64] {
    candles.map { ($0.openTime.milliseconds - ScriptedMarket.start) / ScriptedMarket.minute }
  }

  var candleRequests: Int { requests.count { if case .candles = $0 { true } else { false } } }
}
