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
  private static let tradingPrefixes = ["/derivatives/api/v3/", "/derivatives/api/v4/"]
  private static let historyPrefixes = ["/api/history/v3/", "/api/history/v2/"]

  /// By name; a name may have a slash, and what follows it in the path is the call's `rest`.
  private static let trading: [String: Endpoint] = table(
    OrderAnswers.endpoints + BatchAnswers.endpoints
      + AccountAnswers.endpoints + StatusAnswers.endpoints + PreferenceAnswers.endpoints)

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
      return find(path.dropFirst(prefix.count), in: trading, request)
    }
    for prefix in historyPrefixes where path.hasPrefix(prefix) {
      return find(path.dropFirst(prefix.count), in: history, request)
    }
    return nil
  }

  /// The longest name that begins the path; a path has at most five parts.
  private static func find(
    _ path: Substring, in table: [String: Endpoint], _ request: VenueHTTPRequest
  ) -> Endpoint? {
    let parts = path.split(separator: "/" as Character, omittingEmptySubsequences: false)
      .map { String($0) }
    guard (1...5).contains(parts.count) else { return nil }
    for count in (1...min(2, parts.count)).reversed() {
      guard var endpoint = table[parts[..<count].joined(separator: "/")] else { continue }
      guard endpoint.methods.contains(request.method) else { return nil }
      endpoint.rest = Array(parts[count...])
      return endpoint
    }
    return nil
  }
}
