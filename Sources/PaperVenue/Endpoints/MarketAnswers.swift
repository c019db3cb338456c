import Domain
import SimulatedVenue

/// What the venue says in public.
enum MarketAnswers {
  static let endpoints = [
    Endpoint(reading: "instruments", isPrivate: false) { instruments($0, $1) },
    Endpoint(reading: "tickers", isPrivate: false) { tickers($0, $1) },
    Endpoint(reading: "orderbook", isPrivate: false) { orderBook($0, $1) },
  ]

  static let charts = [
    Endpoint(reading: "charts/v1", isPrivate: false) { charts($0, &$1) }
  ]

  static func instruments(_ call: EndpointCall, _ state: VenueCore.State) -> VenueHTTPResponse {
    let listed = state.machine.book.contracts.values.map(\.instrument).sorted { $0.id < $1.id }
    return call.success("instruments", .list(listed.map(instrument)))
  }

  private static func instrument(_ instrument: Instrument) -> JSON {
    let symbol = instrument.id.symbol
    let base = String(symbol.dropFirst(3).dropLast(3))
    let margin = instrument.initialMargin
    return .members([
      "symbol": .text(symbol), "pair": .text("\(base):USD"), "base": .text(base),
      "quote": .text("USD"), "type": .text("flexible_futures"),
      "tickSize": .number(instrument.tickSize.description), "contractSize": .number("1"),
      "tradeable": .flag(instrument.tradeable), "impactMidSize": .number("1"),
      "maxPositionSize": Spelling.quantity(instrument.maxPosition, instrument),
      "openingDate": .text("2022-03-22T15:00:00.000Z"),
      "marginLevels": .list([
        .members([
          "numNonContractUnits": .number("0"), "initialMargin": .number(margin.description),
          "maintenanceMargin": .number(half(margin).description),
        ])
      ]), "fundingRateCoefficient": .number("8"), "maxRelativeFundingRate": .number("0.001"),
      "contractValueTradePrecision": .integer(-instrument.lotSize.exponent),
      "postOnly": .flag(false), "category": .text(""), "tags": .list([]), "tradfi": .flag(false),
      "mtf": .flag(false), "isExpired": .flag(false),
      "makerProtectionMillis": instrument.makerProtectionMilliseconds == 0
        ? nil : .integer(instrument.makerProtectionMilliseconds),
    ])
  }

  private static func half(_ decimal: ExactDecimal) -> ExactDecimal {
    ExactDecimal(mantissa: decimal.mantissa * 5, exponent: decimal.exponent - 1) ?? decimal
  }

  static func tickers(_ call: EndpointCall, _ state: VenueCore.State) -> VenueHTTPResponse {
    let listed = state.machine.book.contracts.values.map(\.instrument).sorted { $0.id < $1.id }
    guard let symbol = call.rest.first else {
      return call.success(
        "tickers", .list(listed.compactMap { ticker($0, state.machine, call.now) }))
    }
    guard let instrument = listed.first(where: { $0.id.symbol == symbol.uppercased() }),
      let ticker = ticker(instrument, state.machine, call.now)
    else { return call.error("contractNotFound") }
    return call.success("ticker", ticker)
  }

  /// The mark is the last price in this venue; `lastTime` is market time.
  private static func ticker(
    _ instrument: Instrument, _ machine: VenueMachine, _ now: VenueTime
  ) -> JSON? {
    guard let last = machine.markets[instrument.id]?.last else { return nil }
    let depth = Depth(instrument: instrument, last: last)
    let size = Spelling.quantity(depth.quantity(level: 0), instrument)
    let price = Spelling.price(last, instrument)
    let base = String(instrument.id.symbol.dropFirst(3).dropLast(3))
    return .members([
      "tag": .text("perpetual"), "pair": .text("\(base):USD"),
      "symbol": .text(instrument.id.symbol), "markPrice": price,
      "bid": Spelling.price(depth.bid, instrument), "bidSize": size,
      "ask": Spelling.price(depth.ask, instrument), "askSize": size, "vol24h": .number("0"),
      "volumeQuote": .number("0"), "change24h": .number("0"), "openInterest": .number("0"),
      "open24h": price, "indexPrice": price, "last": price,
      "lastTime": .text(ISO8601.text(milliseconds: now.market.milliseconds)),
      "lastSize": Spelling.quantity(Quantity(lots: 1), instrument), "suspended": .flag(false),
      "fundingRate": .number("0"), "fundingRatePrediction": .number("0"),
      "postOnly": .flag(false),
    ])
  }

  static func orderBook(_ call: EndpointCall, _ state: VenueCore.State) -> VenueHTTPResponse {
    guard let id = call.parameter("symbol").flatMap({ InstrumentID($0) }),
      let instrument = state.machine.book.contracts[id]?.instrument, let last = state.machine.markets[id]?.last
    else { return call.error("contractNotFound") }
    let depth = Depth(instrument: instrument, last: last)
    func side(_ side: Side) -> JSON {
      .list(
        (0..<(Depth.levels - 1)).map { level in
          .list([
            Spelling.price(depth.price(for: side, level: level), instrument),
            Spelling.quantity(depth.quantity(level: level), instrument),
          ])
        })
    }
    return call.success("orderBook", .members(["asks": side(.buy), "bids": side(.sell)]))
  }

  /// `/{tick_type}/{symbol}/{resolution}?from=SECONDS&to=SECONDS`; the last candle may be forming.
  static func charts(_ call: EndpointCall, _ state: inout VenueCore.State) -> VenueHTTPResponse {
    guard call.rest.count == 3, ["trade", "mark", "spot"].contains(call.rest[0]),
      let id = InstrumentID(call.rest[1]), let instrument = state.machine.book.contracts[id]?.instrument,
      let timeframe = Timeframe(rawValue: call.rest[2])
    else { return VenueHTTPResponse(ErrorBody.badRequest("no such chart"), status: 400) }
    let newest = call.now.market
    let to = call.parameter("to").flatMap { Int64($0) }.map { moment($0) } ?? newest
    let span = timeframe.milliseconds * (state.markets[id]?.room(timeframe) ?? 1)
    let from =
      call.parameter("from").flatMap { Int64($0) }.map { moment($0) }
      ?? min(to, newest).advanced(byMilliseconds: -span)
    let candles =
      state.markets[id]?.candles(timeframe, from: from, to: to, now: newest) ?? []
    return VenueHTTPResponse(
      .members([
        "candles": .list(candles.map { candle($0, instrument) }),
        "more_candles": .flag(candles.last.map { $0.closeTime <= min(to, newest) } ?? false),
      ]))
  }

  private static func moment(_ seconds: Int64) -> MarketTime {
    MarketTime(milliseconds: min(max(0, seconds), 100_000_000_000) * 1000)
  }

  private static func candle(_ candle: Candle, _ instrument: Instrument) -> JSON {
    .members([
      "time": .integer(candle.openTime.milliseconds),
      "open": .text(instrument.text(candle.open)), "high": .text(instrument.text(candle.high)),
      "low": .text(instrument.text(candle.low)), "close": .text(instrument.text(candle.close)),
      "volume": .text(instrument.text(candle.volume)),
    ])
  }
}
