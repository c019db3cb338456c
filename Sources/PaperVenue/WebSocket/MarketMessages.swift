import Domain
import SimulatedVenue

/// The messages of the public feeds.
enum MarketMessages {
  static func ticker(_ tick: MarketTick, _ contract: VenueContract) -> JSON {
    let day = tick.day
    let funding = tick.funding
    let optional = [("open", day.open), ("high", day.high), ("low", day.low)]
    return .object(
      [
        .init(name: "time", value: .integer(tick.time.milliseconds)),
        .init(name: "product_id", value: .text(contract.symbol)),
        .init(name: "funding_rate", value: .number(funding.rate)),
        .init(name: "funding_rate_prediction", value: .number(funding.prediction)),
        .init(name: "relative_funding_rate", value: .number(funding.relativeRate)),
        .init(
          name: "relative_funding_rate_prediction", value: .number(funding.relativePrediction)),
        .init(
          name: "next_funding_rate_time", value: .integer(funding.next?.milliseconds ?? 0)),
        .init(name: "feed", value: .text("ticker")),
        .init(name: "bid", value: best(tick.bids, tick.last, contract)),
        .init(name: "ask", value: best(tick.asks, tick.last, contract)),
        .init(name: "bid_size", value: size(tick.bids, contract)),
        .init(name: "ask_size", value: size(tick.asks, contract)),
        .init(name: "volume", value: Spelling.quantity(day.volume, contract.instrument)),
        .init(name: "dtm", value: .number("0")),
        .init(name: "leverage", value: .text(leverage(contract))),
        .init(name: "index", value: Spelling.price(tick.index, contract.instrument)),
        .init(name: "premium", value: percent(tick.mark, over: tick.index)),
        .init(name: "last", value: Spelling.price(tick.last, contract.instrument)),
        .init(name: "change", value: percent(tick.last, over: day.open ?? tick.last)),
        .init(name: "suspended", value: .flag(tick.isSuspended)),
        .init(name: "tag", value: .text("perpetual")),
        .init(name: "pair", value: .text(contract.listing.pair)),
        .init(
          name: "openInterest", value: Spelling.quantity(day.openInterest, contract.instrument)),
        .init(name: "markPrice", value: Spelling.price(tick.mark, contract.instrument)),
        .init(name: "maturityTime", value: .number("0")),
        .init(name: "post_only", value: .flag(tick.isPostOnly)),
        .init(name: "volumeQuote", value: Spelling.money(day.quoteVolume)),
      ]
        + optional.compactMap { name, price in
          price.map { .init(name: name, value: Spelling.price($0, contract.instrument)) }
        })
  }

  static func tickerLite(_ tick: MarketTick, _ contract: VenueContract) -> JSON {
    .members([
      "feed": .text("ticker_lite"), "product_id": .text(contract.symbol),
      "bid": best(tick.bids, tick.last, contract),
      "ask": best(tick.asks, tick.last, contract),
      "change": percent(tick.last, over: tick.day.open ?? tick.last),
      "premium": percent(tick.mark, over: tick.index),
      "volume": Spelling.quantity(tick.day.volume, contract.instrument), "tag": .text("perpetual"),
      "pair": .text(contract.listing.pair), "dtm": .number("0"), "maturityTime": .number("0"),
      "volumeQuote": Spelling.money(tick.day.quoteVolume),
    ])
  }

  static func trade(_ told: NumberedTrade, _ contract: VenueContract) -> JSON {
    let trade = told.trade
    return .members([
      "feed": .text("trade"), "product_id": .text(contract.symbol), "uid": .text(trade.uid),
      "side": .text(trade.side.rawValue), "type": .text(trade.kind.rawValue),
      "seq": .integer(told.sequence),
      "time": .integer(trade.time.milliseconds),
      "qty": Spelling.quantity(trade.quantity, contract.instrument),
      "price": Spelling.price(trade.price, contract.instrument),
    ])
  }

  /// The newest trade first.
  static func tradeSnapshot(_ trades: [NumberedTrade], _ contract: VenueContract) -> JSON {
    .members([
      "feed": .text("trade_snapshot"), "product_id": .text(contract.symbol),
      "trades": .list(trades.map { trade($0, contract) }),
    ])
  }

  static func bookSnapshot(
    _ book: DepthBook, sequence: Int64, at time: MarketTime, _ contract: VenueContract
  ) -> JSON {
    func side(_ levels: [DepthLevel]) -> JSON {
      .list(
        levels.map {
          .members([
            "price": Spelling.price($0.price, contract.instrument),
            "qty": Spelling.quantity($0.quantity, contract.instrument),
          ])
        })
    }
    return .members([
      "feed": .text("book_snapshot"), "product_id": .text(contract.symbol),
      "timestamp": .integer(time.milliseconds), "seq": .integer(sequence), "tickSize": .null,
      "bids": side(book.bids), "asks": side(book.asks),
    ])
  }

  static func book(
    _ change: DepthBook.Change, sequence: Int64, at time: MarketTime, _ contract: VenueContract
  ) -> JSON {
    .members([
      "feed": .text("book"), "product_id": .text(contract.symbol),
      "side": .text(change.side.rawValue), "seq": .integer(sequence),
      "price": Spelling.price(change.level.price, contract.instrument),
      "qty": change.level.quantity == .zero
        ? .number("0") : Spelling.quantity(change.level.quantity, contract.instrument),
      "timestamp": .integer(time.milliseconds),
    ])
  }

  static func heartbeat(at now: WallTime) -> JSON {
    .members(["feed": .text("heartbeat"), "time": .integer(now.milliseconds)])
  }

  private static func best(
    _ levels: [DepthLevel], _ last: Price, _ contract: VenueContract
  ) -> JSON {
    Spelling.price(levels.first?.price ?? last, contract.instrument)
  }

  private static func size(_ levels: [DepthLevel], _ contract: VenueContract) -> JSON {
    Spelling.quantity(levels.first?.quantity ?? .zero, contract.instrument)
  }

  /// `50x` for an initial margin of 2 %.
  private static func leverage(_ contract: VenueContract) -> String {
    "\(1_000_000 / max(1, contract.marginLevels.first?.initial ?? 1_000_000))x"
  }

  /// How far `price` is above `base`, in percent.
  private static func percent(_ price: Price, over base: Price) -> JSON {
    guard base.ticks > 0 else { return .number("0") }
    let millionths = Rounding.nearest.divide(
      (Int128(price.ticks) - Int128(base.ticks)) * 100_000_000, by: Int128(base.ticks))
    return Spelling.money(Money(micros: Int64(clamping: millionths)))
  }
}
