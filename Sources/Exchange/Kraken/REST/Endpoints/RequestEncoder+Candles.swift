import Domain

// GET /api/charts/v1/{kind}/{symbol}/{resolution}, in public; asked in seconds, answered in
// milliseconds. The kind `spot` is the spot market that the contract follows, under the contract's
// symbol: the venue itself says which pair belongs to which contract.

extension RequestEncoder {
  func candles(
    _ kind: String, _ id: InstrumentID, _ timeframe: Timeframe, from: MarketTime, to: MarketTime?
  ) throws(Unencodable) -> Endpoint {
    let symbol = symbol(try instrument(id))
    var parameters = Parameters(["from": String(from.milliseconds / 1000)])
    if let to { parameters.add("to", String(to.milliseconds / 1000)) }
    return .service(
      "/api/charts/v1/\(kind)/\(symbol)/\(timeframe.rawValue)", parameters, isPrivate: false)
  }
}
