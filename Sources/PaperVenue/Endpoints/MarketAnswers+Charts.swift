import Domain
import SimulatedVenue

extension MarketAnswers {
  /// `/api/charts/v1` and below: tick types, then symbols, then resolutions, then candles.
  static func charts(_ call: EndpointCall, _ markets: inout Markets) -> VenueHTTPResponse {
    let words = MarketPrice.allCases.map(\.rawValue).sorted()
    guard let word = call.rest.first, word != "tick_types" || call.rest.count > 1 else {
      return VenueHTTPResponse(.list(words.map { .text($0) }))
    }
    guard let price = MarketPrice(rawValue: word) else {
      return problem("\(word) is no tick type: one of \(words.joined(separator: ", "))")
    }
    guard call.rest.count > 1 else {
      let contracts = markets.values.map(\.contract).sorted { $0.id < $1.id }
      return VenueHTTPResponse(.list(contracts.map { .text($0.symbol) }))
    }
    guard let market = market(call.rest[1], markets) else {
      return problem("\(call.rest[1]) is no symbol of this venue")
    }
    let resolutions = Timeframe.allCases.filter {
      $0.milliseconds >= market.timeframe.milliseconds
    }
    guard call.rest.count > 2 else {
      return VenueHTTPResponse(.list(resolutions.map { .text($0.rawValue) }))
    }
    guard let timeframe = Timeframe(rawValue: call.rest[2]) else {
      return problem("\(call.rest[2]) is no resolution")
    }
    return candles(call, &markets, market.contract.id, price, timeframe)
  }

  /// `?from=SECONDS&to=SECONDS&count=`; without `from` the newest, and the last may be forming.
  private static func candles(
    _ call: EndpointCall, _ markets: inout Markets, _ id: InstrumentID, _ price: MarketPrice,
    _ timeframe: Timeframe
  ) -> VenueHTTPResponse {
    let now = call.now.market
    guard let from = seconds(call, "from"), let to = seconds(call, "to") else {
      return problem("from and to are whole seconds since 1970")
    }
    let room = markets[id]?.room(timeframe) ?? 1
    let count = call.parameter("count").map { Int64($0) ?? 0 } ?? room
    guard count > 0 else { return problem("count is a whole number above 0") }
    let newest = min(to ?? now, now)
    let span = timeframe.milliseconds * min(count, room)
    let oldest = from ?? newest.advanced(byMilliseconds: 1 - span)
    let known =
      markets[id]?.candles(timeframe, of: price, from: oldest, to: newest, now: now) ?? []
    let shown = known.prefix(Int(clamping: count))
    let hasMore =
      shown.count < known.count || (shown.last.map { $0.closeTime <= newest } ?? false)
    let instrument = markets[id]?.instrument
    return VenueHTTPResponse(
      .members([
        "candles": .list(shown.compactMap { candle in instrument.map { self.candle(candle, $0) } }),
        "more_candles": .flag(hasMore),
      ]))
  }

  /// A parameter in seconds; nil inside when it is missing, nil outside when it is no number.
  static func seconds(_ call: EndpointCall, _ name: String) -> MarketTime?? {
    guard let text = call.parameter(name) else { return .some(nil) }
    guard let seconds = Int64(text) else { return nil }
    return MarketTime(milliseconds: min(max(0, seconds), 100_000_000_000) * 1000)
  }

  static func candle(_ candle: Candle, _ instrument: Instrument) -> JSON {
    .members([
      "time": .integer(candle.openTime.milliseconds),
      "open": .text(instrument.text(candle.open)), "high": .text(instrument.text(candle.high)),
      "low": .text(instrument.text(candle.low)), "close": .text(instrument.text(candle.close)),
      "volume": .text(instrument.text(candle.volume)),
    ])
  }

  static func problem(_ message: String) -> VenueHTTPResponse {
    VenueHTTPResponse(ErrorBody.badRequest(message), status: 400)
  }
}
