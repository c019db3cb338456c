import Domain
import Exchange
import Foundation
import Glibc
import Testing

/// A client that hears the market of one venue over its real socket, and remembers all of it.
final class MarketListener {
  let stream: KrakenFuturesStream
  let instruments: [Instrument]
  private(set) var trades: [Trade] = []
  private(set) var tickers: [Ticker] = []
  private(set) var disconnections = 0
  private(set) var gaps = 0
  private(set) var crossings = 0
  /// Every book there was, a change at a time.
  private(set) var books: [InstrumentID: Set<[String]>] = [:]
  private var own: [InstrumentID: OrderBook] = [:]

  init(url: String, _ instruments: [Instrument]) throws {
    self.instruments = instruments
    stream = try KrakenFuturesStream(url: url, connectTimeoutMilliseconds: 1000, seed: 1)
    stream.learn(instruments)
    for channel in [StreamChannel.trades, .tickers, .book] {
      stream.subscribe(channel, instruments.map(\.id))
    }
  }

  /// Takes what has come.
  func look() {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    let now = MachineTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    let wall = WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    for event in stream.advance(now: now, wall: wall) { take(event) }
  }

  private func take(_ event: StreamEvent) {
    switch event {
    case .trade(let trade): trades.append(trade)
    case .ticker(let ticker, _): tickers.append(ticker)
    case .disconnected: disconnections += 1
    case .gap: gaps += 1
    case .book(let snapshot):
      own[snapshot.instrument, default: OrderBook()].take(snapshot)
      note(snapshot.instrument)
    case .level(let change):
      own[change.instrument, default: OrderBook()].apply(change)
      note(change.instrument)
    default: break
    }
  }

  private func note(_ id: InstrumentID) {
    guard let book = own[id] else { return }
    if book.isCrossed { crossings += 1 }
    books[id, default: []].insert(Self.text(book.levels(.buy), book.levels(.sell)))
  }

  func hasBook(_ id: InstrumentID) -> Bool { books[id] != nil }

  static func text(_ bids: [BookLevel], _ asks: [BookLevel]) -> [String] {
    bids.map { "b \($0.price.ticks) \($0.quantity.lots)" }
      + asks.map { "a \($0.price.ticks) \($0.quantity.lots)" }
  }

  /// The book of an answer to `orderbook`, in the same words; best first.
  static func text(_ answer: [String: Any], _ instrument: Instrument) throws -> [String] {
    let book = try #require(answer["orderBook"] as? [String: Any], "\(answer)")
    func side(_ name: String) throws -> [BookLevel] {
      let rows = try #require(book[name] as? [[NSNumber]])
      return try rows.map { row in
        let price = try #require(ExactDecimal("\(row[0].doubleValue)"))
        let quantity = try #require(ExactDecimal("\(row[1].doubleValue)"))
        return BookLevel(
          price: try #require(instrument.price(price, rounding: .nearest)),
          quantity: try #require(instrument.quantity(quantity, rounding: .nearest)))
      }
    }
    let (bids, asks) = (try side("bids"), try side("asks"))
    if let bid = bids.first, let ask = asks.first { #expect(bid.price < ask.price, "crossed") }
    return text(bids, asks)
  }
}
