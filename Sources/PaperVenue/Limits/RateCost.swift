/// What the venue's calls cost, as its rate-limit guide lists them.
enum RateCost {
  /// The cost of a private call; nil when the call costs nothing.
  ///
  /// It hangs on the endpoint and not on how the path was spelled.
  static func charge(_ request: VenueHTTPRequest, to endpoint: Endpoint) -> RateBudget.Charge? {
    if endpoint.isHistory {
      return history(endpoint.name, request)
        .map { RateBudget.Charge(pool: .history, tokens: $0) }
    }
    let tokens = trading(endpoint.name, request)
    return tokens > 0 ? RateBudget.Charge(pool: .trading, tokens: tokens) : nil
  }

  private static func trading(_ name: String, _ request: VenueHTTPRequest) -> Int64 {
    switch name {
    case "sendorder", "editorder", "cancelorder", "transfer", "transfer/subaccount": 10
    case "batchorder": 9 + orders(request)
    case "cancelallorders", "cancelallordersafter": 25
    case "fills": value("lastFillTime", request) == nil ? 2 : 25
    case "orders/status": 1
    case "unwindqueue": 200
    case "leveragepreferences", "pnlpreferences": request.method == "GET" ? 2 : 10
    case "withdrawaltospotwallet", "withdrawal": 100
    case "accounts", "openpositions", "openorders", "notifications", "self-trade-strategy",
      "initialmargin", "initialmargin/maxordersize", "portfolio-margining/parameters":
      2
    default: 0
    }
  }

  private static func history(_ name: String, _ request: VenueHTTPRequest) -> Int64? {
    switch name {
    case "orders", "executions", "triggers", "positions": 1
    case "account-log": accountLog(value("count", request).flatMap { Int64($0) } ?? 500)
    case "accountlogcsv": 6
    default: nil
    }
  }

  /// 1 to 10 by the number of entries asked for.
  private static func accountLog(_ count: Int64) -> Int64 {
    switch count {
    case ...25: 1
    case ...50: 2
    case ...1000: 3
    case ...5000: 6
    default: 10
    }
  }

  private static func value(_ name: String, _ request: VenueHTTPRequest) -> String? {
    request.parameters?.last { $0.name.lowercased() == name.lowercased() }?.value
  }

  /// How many instructions a batch has; one that cannot be read is charged as an empty one.
  private static func orders(_ request: VenueHTTPRequest) -> Int64 {
    guard let text = value("json", request), let json = try? JSONParser.parse(text),
      case .list(let orders) = json["batchOrder"]
    else { return 0 }
    return Int64(orders.count)
  }
}
