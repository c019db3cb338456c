import Domain
import SimulatedVenue

/// One contract of a venue that is followed: what its stream said last, and what it said since.
///
/// Everything is stamped with its arrival, on the clock of the one who listens: prices take effect
/// when they are heard. A trade keeps the time its venue gave it.
///
/// Invariants:
/// 1. It is open while trades, tickers and book are heard without a gap, all three prices are
///    known, the book does not cross, the venue's clock agrees with ours, and nothing is late.
/// 2. What was heard while it was not open is no way of the price: it begins anew where it opens.
/// 3. The price goes from point to point in jumps: between two trades nobody traded.
/// 4. Trades on both sides of a hole are never told as one row: past it the old ones are gone.
/// 5. Bounds: points that wait, trades and rates that are remembered, levels that are shown.
struct FollowedMarket: ContractMarket {
  static let mostPoints = 4096
  static let mostTrades = 2048
  static let mostRates = 2000
  static let mostLevels = 100

  /// What has to agree for it to be open.
  struct Patience: Hashable, Sendable {
    /// How old what is heard may be.
    var lateMilliseconds: Int64 = 5000
    /// How far the venue's clock may be from ours.
    var apartMilliseconds: Int64 = 5000
  }

  struct HeardTrade: Hashable, Sendable {
    let arrival: MarketTime
    let trade: MarketTrade
  }

  let contract: VenueContract
  let timeframe = Timeframe.oneMinute
  let patience: Patience
  /// The hour in which its first ticker was heard.
  private(set) var start = MarketTime(milliseconds: 0)
  private var shownOffers = MarketOffers.empty
  private var isBookNews = false
  private(set) var trades: [HeardTrade] = []
  /// Points that were dropped because nobody took them in time.
  private(set) var droppedPoints = 0
  private var book = OrderBook()
  private var heard: Set<StreamChannel> = []
  private var last: Price?
  private var mark: Price?
  private(set) var figures: TickerFigures?
  /// When the newest ticker was made, as its venue says.
  private var tickerTime: MarketTime?
  private var delay: Int64 = 0
  private var apart: Int64 = 0
  /// Prices that were heard and not played yet, oldest first.
  private var points: [MarketPoint] = []
  /// The point that was played last.
  private var played: MarketPoint?
  private var newest: MarketPoint?
  private var wasOpen = false
  private var number: Int64
  /// By hours since 1970, ascending.
  private var rates: [(hour: Int64, rate: FundingRate)] = []

  /// Trades are counted on from `firstNumber`, which is above those of every earlier life.
  init(contract: VenueContract, patience: Patience = Patience(), firstNumber: Int64) {
    self.contract = contract
    self.patience = patience
    number = firstNumber
  }

  // MARK: - State

  var closedBecause: String? {
    for channel in [StreamChannel.tickers, .trades, .book] where !heard.contains(channel) {
      return "its \(channel.rawValue) are not heard"
    }
    if last == nil || mark == nil || figures == nil { return "its prices are not known yet" }
    if delay > patience.lateMilliseconds { return "what is heard is \(delay) ms late" }
    if apart.magnitude > patience.apartMilliseconds.magnitude {
      return "its clock is \(apart) ms from ours"
    }
    return figures?.isSuspended == true ? "its venue has suspended it" : nil
  }

  // MARK: - Hearing

  mutating func hear(_ event: StreamEvent, at arrival: MarketTime) {
    switch event {
    case .disconnected:
      heard = []
      book.forget()
    case .gap(let id, _):
      heard.remove(id.channel)
      if id.channel == .book { book.forget() }
    case .began(let id, let coverage):
      heard.insert(id.channel)
      if id.channel == .trades, coverage != .joined { trades = [] }
    case .trade(let trade): take(trade, at: arrival)
    case .ticker(let ticker, let delay): take(ticker, delay: delay, at: arrival)
    case .book(let snapshot):
      book.take(snapshot)
      isBookNews = true
    case .level(let change):
      book.apply(change)
      isBookNews = true
    default: break
    }
    follow(at: arrival)
  }

  private mutating func take(_ trade: Trade, at arrival: MarketTime) {
    number += 1
    let made = MarketTrade(trade, number: number, mark: mark ?? trade.price)
    trades.append(HeardTrade(arrival: arrival, trade: made))
    // A block is made beside the book, and what a newer ticker has said already is no news.
    guard trade.kind.isOfTheBook, tickerTime.map({ $0 < trade.time }) ?? true else { return }
    last = trade.price
  }

  private mutating func take(_ ticker: Ticker, delay: Int64, at arrival: MarketTime) {
    last = ticker.last
    mark = ticker.mark
    figures = ticker.figures ?? figures
    tickerTime = max(tickerTime ?? ticker.time, ticker.time)
    self.delay = delay
    apart = ticker.time.milliseconds - arrival.milliseconds
    guard let rate = ticker.figures?.relativeFundingRate.map({ FundingRate($0) }) else { return }
    let hour = arrival.milliseconds / 3_600_000
    if rates.isEmpty { start = MarketTime(milliseconds: hour * 3_600_000) }
    if rates.last?.hour == hour {
      rates[rates.count - 1].rate = rate
    } else {
      rates.append((hour, rate))
      rates.removeFirst(max(0, rates.count - Self.mostRates))
    }
  }

  /// The best levels; while the sides cross for a moment, those from before.
  var offers: MarketOffers? {
    mutating get {
      guard isBookNews, book.isKnown, !book.isCrossed else { return shownOffers }
      isBookNews = false
      shownOffers =
        MarketOffers(
          bids: book.levels(.buy, most: Self.mostLevels),
          asks: book.levels(.sell, most: Self.mostLevels)) ?? shownOffers
      return shownOffers
    }
  }

  /// Notes where the price is now, if that is a way it went.
  private mutating func follow(at arrival: MarketTime) {
    trades.removeFirst(trades.count > 2 * Self.mostTrades ? trades.count - Self.mostTrades : 0)
    let isOpen = isOpen
    defer { wasOpen = isOpen }
    guard isOpen, let last, let mark, let index = figures?.index else { return }
    let point = MarketPoint(time: arrival, last: last, mark: mark, index: index)
    if !wasOpen { points = [] }
    guard !wasOpen || newest.map({ MarketPoint(time: arrival, like: $0) != point }) ?? true else {
      return
    }
    newest = point
    points.append(point)
    guard points.count > Self.mostPoints else { return }
    droppedPoints += points.count - Self.mostPoints / 2
    points.removeFirst(points.count - Self.mostPoints / 2)
  }
}

// MARK: - The way of the price

extension FollowedMarket {
  /// The newest prices heard; whoever asks does not care for the way there.
  mutating func point(at time: MarketTime) -> MarketPoint? {
    guard let newest else { return nil }
    points = []
    played = newest
    return MarketPoint(time: time, like: newest)
  }

  mutating func points(from: MarketTime, to: MarketTime) -> [MarketPoint] {
    guard from < to else { return [] }
    let due = points.prefix { $0.time <= to }
    points.removeFirst(due.count)
    var way: [MarketPoint] = []
    for point in due {
      // Right before it the prices were still the old ones: a jump.
      let moment = point.time.advanced(byMilliseconds: -1)
      if let played, from < moment, way.last.map({ $0.time < moment }) ?? true {
        way.append(MarketPoint(time: moment, like: played))
      }
      way.append(point)
      played = point
    }
    if let played, way.last?.time != to { way.append(MarketPoint(time: to, like: played)) }
    // Before anything was played there is no way to where it is.
    if way.isEmpty, let first = points.first { way = [MarketPoint(time: to, like: first)] }
    return way
  }
}

// MARK: - What is told of it

extension FollowedMarket {
  /// Candles are asked of its venue.
  func candles(
    _ timeframe: Timeframe, of price: MarketPrice, from: MarketTime, to: MarketTime,
    now: MarketTime
  ) -> [Candle] { [] }

  func room(_ timeframe: Timeframe) -> Int64 { Int64(InstrumentMarket.maximumCandles) }

  /// More than `limit` when the last of them were made at one moment: a page ends between moments.
  func trades(from: MarketTime, to: MarketTime, limit: Int) -> [MarketTrade] {
    let all = trades.map(\.trade).filter { from < $0.time && $0.time <= to }
      .sorted { ($0.time, $0.number) < ($1.time, $1.number) }
    guard limit > 0, all.count > limit else { return limit > 0 ? all : [] }
    return all.filter { $0.time <= all[limit - 1].time }
  }

  func trades(newest count: Int, before time: MarketTime) -> [MarketTrade] {
    let limit = min(max(0, count), InstrumentMarket.maximumTrades)
    return trades.map(\.trade).filter { $0.time < time }.suffix(limit).reversed()
  }

  func news(from: MarketTime, to: MarketTime) -> [MarketTrade] {
    trades.filter { from < $0.arrival && $0.arrival <= to }.map(\.trade)
  }

  var knowsRatesAhead: Bool { false }

  func fundingRate(at time: MarketTime) -> FundingRate {
    let hour = time.milliseconds / 3_600_000
    return (rates.last { $0.hour <= hour } ?? rates.first)?.rate ?? .zero
  }

  func fundingPrediction(at time: MarketTime) -> FundingRate {
    figures?.relativeFundingPrediction.map { FundingRate($0) } ?? fundingRate(at: time)
  }

  func dayFigures(at now: MarketTime) -> DayFigures? {
    guard let figures, let last else { return nil }
    return DayFigures(figures.day, last: last)
  }

  func openInterest(at now: MarketTime) -> Quantity { figures?.openInterest ?? .zero }
}
