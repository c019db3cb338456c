import Domain

/// The messages of the public feeds.
enum MarketMessages {
  static func ticker(_ tick: MarketTick, _ instrument: Instrument) -> JSON {
    let day = tick.day
    let optional = [("open", day.open), ("high", day.high), ("low", day.low)]
    return .object(
      [
        .init(name: "time", value: .integer(tick.time.milliseconds)),
        .init(name: "product_id", value: .text(instrument.id.symbol)),
        .init(name: "funding_rate", value: .number(tick.funding.rate)),
        .init(name: "funding_rate_prediction", value: .number(tick.funding.prediction)),
        .init(name: "relative_funding_rate", value: .number(tick.funding.relativeRate)),
        .init(
          name: "relative_funding_rate_prediction", value: .number(tick.funding.relativePrediction)),
        .init(
          name: "next_funding_rate_time", value: .integer(tick.funding.next?.milliseconds ?? 0)),
        .init(name: "feed", value: .text("ticker")),
        .init(name: "bid", value: best(tick.bids, tick.last, instrument)),
        .init(name: "ask", value: best(tick.asks, tick.last, instrument)),
        .init(name: "bid_size", value: size(tick.bids, instrument)),
        .init(name: "ask_size", value: size(tick.asks, instrument)),
        .init(name: "volume", value: Spelling.quantity(day.volume, instrument)),
        .init(name: "dtm", value: .number("0")),
        .init(name: "leverage", value: .text(leverage(instrument))),
        .init(name: "index", value: Spelling.price(tick.index, instrument)),
        .init(name: "premium", value: percent(tick.mark, over: tick.index)),
        .init(name: "last", value: Spelling.price(tick.last, instrument)),
        .init(name: "change", value: percent(tick.last, over: day.open ?? tick.last)),
        .init(name: "suspended", value: .flag(tick.isSuspended)),
        .init(name: "tag", value: .text("perpetual")),
        .init(name: "pair", value: .text(pair(instrument))),
        .init(name: "openInterest", value: Spelling.quantity(day.openInterest, instrument)),
        .init(name: "markPrice", value: Spelling.price(tick.mark, instrument)),
        .init(name: "maturityTime", value: .number("0")),
        .init(name: "post_only", value: .flag(tick.isPostOnly)),
        .init(name: "volumeQuote", value: Spelling.money(day.quoteVolume)),
      ]
        + optional.compactMap { name, price in
          price.map { .init(name: name, value: Spelling.price($0, instrument)) }
        })
  }

  static func tickerLite(_ tick: MarketTick, _ instrument: Instrument) -> JSON {
    .members([
      "feed": .text("ticker_lite"), "product_id": .text(instrument.id.symbol),
      "bid": best(tick.bids, tick.last, instrument),
      "ask": best(tick.asks, tick.last, instrument),
      "change": percent(tick.last, over: tick.day.open ?? tick.last),
      "premium": percent(tick.mark, over: tick.index),
      "volume": Spelling.quantity(tick.day.volume, instrument), "tag": .text("perpetual"),
      "pair": .text(pair(instrument)), "dtm": .number("0"), "maturityTime": .number("0"),
      "volumeQuote": Spelling.money(tick.day.quoteVolume),
    ])
  }

  static func trade(_ trade: MarketTrade, sequence: Int64, _ instrument: Instrument) -> JSON {
    .members([
      "feed": .text("trade"), "product_id": .text(instrument.id.symbol), "uid": .text(trade.uid),
      "side": .text(trade.side.rawValue), "type": .text("fill"), "seq": .integer(sequence),
      "time": .integer(trade.time.milliseconds),
      "qty": Spelling.quantity(trade.quantity, instrument),
      "price": Spelling.price(trade.price, instrument),
    ])
  }

  /// The newest trade first.
  static func tradeSnapshot(_ trades: [JSON], _ instrument: Instrument) -> JSON {
    .members([
      "feed": .text("trade_snapshot"), "product_id": .text(instrument.id.symbol),
      "trades": .list(trades),
    ])
  }

  static func bookSnapshot(
    _ book: DepthBook, sequence: Int64, at time: MarketTime, _ instrument: Instrument
  ) -> JSON {
    func side(_ levels: [DepthLevel]) -> JSON {
      .list(
        levels.map {
          .members([
            "price": Spelling.price($0.price, instrument),
            "qty": Spelling.quantity($0.quantity, instrument),
          ])
        })
    }
    return .members([
      "feed": .text("book_snapshot"), "product_id": .text(instrument.id.symbol),
      "timestamp": .integer(time.milliseconds), "seq": .integer(sequence), "tickSize": .null,
      "bids": side(book.bids), "asks": side(book.asks),
    ])
  }

  static func book(
    _ change: DepthBook.Change, sequence: Int64, at time: MarketTime, _ instrument: Instrument
  ) -> JSON {
    .members([
      "feed": .text("book"), "product_id": .text(instrument.id.symbol),
      "side": .text(change.side.rawValue), "seq": .integer(sequence),
      "price": Spelling.price(change.level.price, instrument),
      "qty": change.level.quantity == .zero
        ? .number("0") : Spelling.quantity(change.level.quantity, instrument),
      "timestamp": .integer(time.milliseconds),
    ])
  }

  static func heartbeat(at now: WallTime) -> JSON {
    .members(["feed": .text("heartbeat"), "time": .integer(now.milliseconds)])
  }

  private static func best(
    _ levels: [DepthLevel], _ last: Price, _ instrument: Instrument
  ) -> JSON {
    Spelling.price(levels.first?.price ?? last, instrument)
  }

  private static func size(_ levels: [DepthLevel], _ instrument: Instrument) -> JSON {
    Spelling.quantity(levels.first?.quantity ?? .zero, instrument)
  }

  /// `PF_XBTUSD` trades `XBT:USD`.
  private static func pair(_ instrument: Instrument) -> String {
    let symbol = instrument.id.symbol
    let name = symbol.split(separator: "_").dropFirst().first ?? Substring(symbol)
    return "\(name.dropLast(3)):\(name.suffix(3))"
  }

  /// `50x` for an initial margin of 0.02.
  private static func leverage(_ instrument: Instrument) -> String {
    let margin = instrument.initialMargin
    guard (-18...0).contains(margin.exponent), margin.mantissa > 0 else { return "1x" }
    var one: Int128 = 1
    for _ in 0..<(-margin.exponent) { one *= 10 }
    return "\(one / Int128(margin.mantissa))x"
  }

  /// How far `price` is above `base`, in percent.
  private static func percent(_ price: Price, over base: Price) -> JSON {
    guard base.ticks > 0 else { return .number("0") }
    let millionths = Rounding.nearest.divide(
      (Int128(price.ticks) - Int128(base.ticks)) * 100_000_000, by: Int128(base.ticks))
    return Spelling.money(Money(micros: Int64(clamping: millionths)))
  }
}
