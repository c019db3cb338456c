import Domain
import SimulatedVenue

// The public feeds.
extension WebSocketHub {
  /// A subscription that has no snapshot yet.
  struct Newcomer: Equatable, Sendable {
    let client: Int
    let feed: WebSocketFeed
  }

  /// Tells everybody how the market of one product has moved; after a time in which it was not
  /// known everybody is told where it is.
  mutating func show(
    _ product: InstrumentID, source: inout some WebSocketSource, now: WallTime
  ) {
    let isLost = streams[product]?.isLost ?? false
    let since = isLost ? nil : streams[product]?.time
    guard let tick = source.tick(product, tradesSince: since) else {
      streams[product, default: Stream()].isLost = true
      streams[product]?.lookedAt = now
      return
    }
    guard isLost else { return show(tick, now: now) }
    let old = streams[product] ?? Stream()
    streams[product] = Stream(sequence: old.sequence, tradeSequence: old.tradeSequence)
    show(tick, isTold: false, now: now)
    guard let contract = contracts[product], let stream = streams[product] else { return }
    for feed in [WebSocketFeed.ticker, .tickerLite, .trade, .book] {
      for id in listeners(feed, product) {
        sendState(feed, stream, tick, contract, to: id, now)
      }
    }
  }

  /// Tells everybody but a newcomer, or nobody, how the market of one product has moved.
  private mutating func show(
    _ tick: MarketTick, except newcomer: Newcomer? = nil, isTold: Bool = true, now: WallTime
  ) {
    guard let contract = contracts[tick.instrument] else { return }
    let product = tick.instrument
    var stream = streams[product] ?? Stream()
    // Numbers of trades ascend but leave gaps; these do not, in this life and the next.
    if stream.time == nil, let first = tick.trades.first {
      stream.tradeSequence = max(stream.tradeSequence, first.number - 1)
    }
    stream.time = tick.time
    if newcomer == nil { stream.lookedAt = now }
    let hearTrades = isTold ? listeners(.trade, product, except: newcomer) : []
    for trade in tick.trades {
      stream.tradeSequence += 1
      let told = NumberedTrade(trade: trade, sequence: stream.tradeSequence)
      stream.trades.append(told)
      tell(hearTrades, .trade, product, now) { MarketMessages.trade(told, contract) }
    }
    stream.trades.removeFirst(max(0, stream.trades.count - Self.rememberedTrades))
    let isFirst = stream.book.isEmpty
    let changes = stream.book.update(bids: tick.bids, asks: tick.asks)
    let hearBook = isFirst ? [] : listeners(.book, product, except: newcomer)
    for change in isFirst ? [] : changes {
      stream.sequence += 1
      tell(hearBook, .book, product, now) {
        MarketMessages.book(change, sequence: stream.sequence, at: tick.time, contract)
      }
    }
    for feed in [WebSocketFeed.ticker, .tickerLite] {
      guard isNews(tick, stream.tickers[feed], now) else { continue }
      stream.tickers[feed] = (now, tick)
      tell(isTold ? listeners(feed, product, except: newcomer) : [], feed, product, now) {
        Self.ticker(feed, tick, contract)
      }
    }
    streams[product] = stream
  }

  /// A ticker is told when it changed, and at most once a second of wall time.
  private func isNews(
    _ tick: MarketTick, _ last: (at: WallTime, said: MarketTick)?, _ now: WallTime
  ) -> Bool {
    guard let last else { return true }
    guard !(0..<Self.second).contains(now.milliseconds - last.at.milliseconds) else { return false }
    var said = last.said
    said.time = tick.time
    said.trades = tick.trades
    return said != tick
  }

  private static func ticker(
    _ feed: WebSocketFeed, _ tick: MarketTick, _ contract: VenueContract
  ) -> JSON {
    feed == .ticker
      ? MarketMessages.ticker(tick, contract) : MarketMessages.tickerLite(tick, contract)
  }

  /// Sends a new subscriber what there is of one product.
  mutating func greet(
    _ id: Int, _ feed: WebSocketFeed, product: InstrumentID, source: inout some WebSocketSource,
    now: WallTime
  ) {
    guard let contract = contracts[product] else { return }
    guard streams[product]?.isLost != true,
      let tick = source.tick(product, tradesSince: streams[product]?.time)
    else { return show(product, source: &source, now: now) }
    // The others first, so that the snapshot and their changes agree.
    show(tick, except: Newcomer(client: id, feed: feed), now: now)
    guard let stream = streams[product] else { return }
    sendState(feed, stream, tick, contract, to: id, now)
  }

  /// Sends what there is of one product, all of it.
  private mutating func sendState(
    _ feed: WebSocketFeed, _ stream: Stream, _ tick: MarketTick, _ contract: VenueContract,
    to id: Int, _ now: WallTime
  ) {
    let product = tick.instrument
    switch feed {
    case .ticker, .tickerLite:
      send(Self.ticker(feed, tick, contract), feed.rawValue, product, to: id, now)
    case .trade:
      let snapshot = MarketMessages.tradeSnapshot(stream.trades.reversed(), contract)
      send(snapshot, "trade_snapshot", product, to: id, now)
    case .book:
      let snapshot = MarketMessages.bookSnapshot(
        stream.book, sequence: stream.sequence, at: tick.time, contract)
      send(snapshot, "book_snapshot", product, to: id, now)
    default: break
    }
  }

  private func listeners(
    _ feed: WebSocketFeed, _ product: InstrumentID, except newcomer: Newcomer?
  ) -> [Int] {
    listeners(feed, product).filter { newcomer != Newcomer(client: $0, feed: feed) }
  }

  /// Sends one text to all of them; it is spelled once, and only for somebody.
  private mutating func tell(
    _ listeners: [Int], _ feed: WebSocketFeed, _ product: InstrumentID, _ now: WallTime,
    _ message: () -> JSON
  ) {
    guard !listeners.isEmpty else { return }
    let text = message().text
    for id in listeners {
      outbox.send(
        text, WebSocketMessage(feed: feed.rawValue, product: product, connection: id), now: now)
    }
  }
}
