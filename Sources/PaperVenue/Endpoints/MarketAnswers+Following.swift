import Domain
import SimulatedVenue

// What a venue that follows another does not know by itself is asked of the other one.
extension MarketAnswers {
  /// Candles of trades and of the spot market of a followed venue; nil for what is answered here.
  static func followedCharts(
    _ call: EndpointCall, _ state: inout VenueCore.State
  ) -> EndpointAnswer? {
    guard state.following != nil, call.rest.count > 2,
      let instrument = market(call.rest[1], state.markets)?.instrument,
      let timeframe = Timeframe(rawValue: call.rest[2])
    else { return nil }
    let price = MarketPrice(rawValue: call.rest[0])
    guard price == .trade || price == .spot else {
      return price == nil
        ? nil
        : .now(
          problem("a venue that follows another has candles of trades and of the spot market only"))
    }
    let now = call.now.market
    guard let from = seconds(call, "from"), let to = seconds(call, "to") else {
      return .now(problem("from and to are whole seconds since 1970"))
    }
    let room = Int64(InstrumentMarket.maximumCandles)
    let count = call.parameter("count").map { Int64($0) ?? 0 } ?? room
    guard count > 0 else { return .now(problem("count is a whole number above 0")) }
    let newest = min(to ?? now, now)
    let span = timeframe.milliseconds * min(count, room)
    let oldest = from ?? newest.advanced(byMilliseconds: 1 - span)
    let wall = call.now.wall
    let until = to == nil ? nil : newest
    return .asking(
      price == .spot
        ? .spotCandles(instrument.id, timeframe, from: oldest, to: until)
        : .candles(instrument.id, timeframe, from: oldest, to: until)
    ) { outcome in
      guard case .answer(.candles(let candles)) = outcome else {
        return VenueHTTPResponse(ErrorBody.error(unavailable, at: wall), status: 503)
      }
      let shown = candles.prefix(Int(clamping: min(count, room)))
      let hasMore =
        shown.count < candles.count || (shown.last.map { $0.closeTime <= newest } ?? false)
      return VenueHTTPResponse(
        .members([
          "candles": .list(shown.map { candle($0, instrument) }), "more_candles": .flag(hasMore),
        ]))
    }
  }

  /// The word for what cannot be said while the venue that is followed is not heard.
  static let unavailable = "Unavailable"
}

extension AdminAnswers {
  /// Where the market comes from and whether it is heard.
  static func source(_ state: VenueCore.State) -> VenueHTTPResponse {
    guard let following = state.following else {
      return VenueHTTPResponse(.members(["follows": .null]))
    }
    let counts = following.mailbox.counts
    let closed = following.closed.sorted { $0.key < $1.key }
    return VenueHTTPResponse(
      .members([
        "follows": .text(following.url), "silence_ms": .integer(following.silence),
        "contracts": .integer(state.listed.count),
        "closed": .object(closed.map { .init(name: $0.key.symbol, value: .text($0.value)) }),
        "connections": .integer(counts.connections), "messages": .integer(counts.messages),
        "malformed": .integer(counts.malformed), "overflows": .integer(counts.overflows),
        "questions": .integer(counts.questions), "unanswered": .integer(counts.unanswered),
      ]))
  }
}
