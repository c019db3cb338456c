import SimulatedVenue

extension MarketAnswers {
  /// The public endpoint of a request by its path; nil when it is none of the market's.
  static func endpoint(_ request: VenueHTTPRequest) -> Endpoint? {
    guard request.method == "GET" else { return nil }
    let parts = request.path.split(separator: "/", maxSplits: 9).map(String.init)
    switch parts.prefix(3) {
    case ["derivatives", "api", "v3"]: return trading(Array(parts.dropFirst(3)))
    case ["derivatives", "api", "v4"]:
      return parts.dropFirst(3) == ["historicalfundingrates"] ? fundingRates : nil
    case ["api", "charts", "v1"] where parts.count <= 6:
      var charts = Endpoint("charts", isPrivate: false) { call, state in
        followedCharts(call, &state) ?? .now(self.charts(call, &state.markets))
      }
      charts.rest = Array(parts.dropFirst(3))
      return charts
    case ["api", "history", "v2"], ["api", "history", "v3"]:
      guard parts.count == 6, parts[3] == "market", let kind = Events(rawValue: parts[5]) else {
        return nil
      }
      return open("market/\(kind.rawValue)", [parts[4]]) { events($0, &$1.markets, kind) }
    default: return nil
    }
  }

  private static let fundingRates = open("historicalfundingrates", []) {
    fundingRates($0, &$1.markets)
  }

  private static func trading(_ parts: [String]) -> Endpoint? {
    switch (parts.first, parts.count) {
    case ("instruments", 1): open("instruments", []) { instruments($0, $1.markets) }
    case ("instruments", 2) where parts[1] == "status":
      open("instruments/status", []) { status($0, $1.markets) }
    case ("instruments", 3) where parts[2] == "status":
      open("instruments/status", [parts[1]]) { status($0, $1.markets) }
    case ("tickers", 1), ("tickers", 2):
      open("tickers", Array(parts.dropFirst())) { tickers($0, &$1.markets, $1.machine) }
    case ("orderbook", 1): open("orderbook", []) { orderBook($0, $1.machine) }
    case ("history", 1): open("history", []) { history($0, &$1.markets) }
    case ("historical-funding-rates", 1), ("historicalfundingrates", 1): fundingRates
    case ("feeschedules", 1): open("feeschedules", []) { feeSchedules($0, $1.markets) }
    case ("notifications", 1): open("notifications", []) { call, _ in notifications(call) }
    default: nil
    }
  }

  private static func open(
    _ name: String, _ rest: [String],
    _ answer: @escaping @Sendable (EndpointCall, inout VenueCore.State) -> VenueHTTPResponse
  ) -> Endpoint {
    var endpoint = Endpoint(reading: name, isPrivate: false, answer: answer)
    endpoint.rest = rest
    return endpoint
  }
}
