/// One endpoint: how it is found and what it answers.
struct Endpoint: Sendable {
  let name: String
  let methods: [String]
  var isPrivate = true
  var isHistory = false
  /// Whether the body may be something else than URL-encoded parameters.
  var readsRawBody = false
  var rest: [String] = []
  let answer: @Sendable (inout EndpointCall, inout VenueCore.State) -> EndpointAnswer

  init(
    _ name: String, _ methods: [String] = ["GET"], isPrivate: Bool = true,
    readsRawBody: Bool = false,
    answer: @escaping @Sendable (inout EndpointCall, inout VenueCore.State) -> EndpointAnswer
  ) {
    self.name = name
    self.methods = methods
    self.isPrivate = isPrivate
    self.readsRawBody = readsRawBody
    self.answer = answer
  }

  /// An endpoint that only reads, and so answers at once.
  init(
    reading name: String, _ methods: [String] = ["GET"], isPrivate: Bool = true,
    answer: @escaping @Sendable (EndpointCall, inout VenueCore.State) -> VenueHTTPResponse
  ) {
    self.init(name, methods, isPrivate: isPrivate) { .now(answer($0, &$1)) }
  }
}

/// Everything the venue answers.
enum Endpoints {
  private static let tradingPrefixes = ["/derivatives/api/v3/"]
  private static let historyPrefixes = ["/api/history/v3/", "/api/history/v2/"]

  /// By name, which is what follows the prefix in the path.
  private static let trading: [String: Endpoint] = table(
    OrderAnswers.endpoints + BatchAnswers.endpoints
      + AccountAnswers.endpoints + StatusAnswers.endpoints + PreferenceAnswers.endpoints
      + MarginAnswers.endpoints + WalletAnswers.endpoints)

  private static let history: [String: Endpoint] = table(
    HistoryAnswers.endpoints.map { endpoint in
      var endpoint = endpoint
      endpoint.isHistory = true
      return endpoint
    })

  private static func table(_ endpoints: [Endpoint]) -> [String: Endpoint] {
    Dictionary(uniqueKeysWithValues: endpoints.map { ($0.name, $0) })
  }

  /// The endpoint of a request; nil when there is none.
  static func endpoint(_ request: VenueHTTPRequest) -> Endpoint? {
    if let market = MarketAnswers.endpoint(request) { return market }
    let path = request.path.hasSuffix("/") ? String(request.path.dropLast()) : request.path
    for prefix in tradingPrefixes where path.hasPrefix(prefix) {
      return allowed(trading[String(path.dropFirst(prefix.count))], request)
    }
    for prefix in historyPrefixes where path.hasPrefix(prefix) {
      return allowed(history[String(path.dropFirst(prefix.count))], request)
    }
    return nil
  }

  private static func allowed(
    _ endpoint: Endpoint?, _ request: VenueHTTPRequest
  ) -> Endpoint? {
    endpoint?.methods.contains(request.method) == true ? endpoint : nil
  }
}
