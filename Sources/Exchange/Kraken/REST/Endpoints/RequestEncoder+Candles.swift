import Domain

// GET /api/charts/v1/trade/{symbol}/{resolution}, in public; asked in seconds, answered in
// milliseconds.

extension RequestEncoder {
  func candles(
    _ id: InstrumentID, _ timeframe: Timeframe, from: MarketTime, to: MarketTime?
  ) throws(Unencodable) -> Endpoint {
    let symbol = try instrument(id).id.symbol
    var parameters = Parameters(["from": String(from.milliseconds / 1000)])
    if let to { parameters.add("to", String(to.milliseconds / 1000)) }
    return .service(
      "/api/charts/v1/trade/\(symbol)/\(timeframe.rawValue)", parameters, isPrivate: false)
  }
}
