import Domain
import SimulatedVenue

/// One call of an endpoint.
struct EndpointCall {
  let request: VenueHTTPRequest
  let now: VenueTime
  /// What follows the endpoint's name in the path.
  let rest: [String]
  private let parameters: [(name: String, value: String)]

  init(request: VenueHTTPRequest, now: VenueTime, rest: [String]) {
    self.request = request
    self.now = now
    self.rest = rest
    parameters = request.parameters ?? []
  }

  func parameter(_ name: String) -> String? {
    parameters.last { $0.name.lowercased() == name.lowercased() }?.value
  }

  func parameters(_ name: String) -> [String] {
    parameters.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
  }

  /// `members` as a success of the trading interface.
  func success(_ name: String, _ value: JSON) -> VenueHTTPResponse {
    VenueHTTPResponse(
      .object([
        .init(name: "result", value: .text("success")), .init(name: name, value: value),
        .init(name: "serverTime", value: .text(Spelling.time(now.wall))),
      ]))
  }

  func error(_ word: String) -> VenueHTTPResponse {
    VenueHTTPResponse(ErrorBody.error(word, at: now.wall))
  }
}

/// One endpoint: how it is found and what it answers.
struct Endpoint: Sendable {
  let name: String
  let methods: [String]
  var isPrivate = true
  var isHistory = false
  /// Whether the request belongs into the book of truth.
  var changes = false
  var rest: [String] = []
  let answer: @Sendable (inout EndpointCall, inout VenueCore.State) -> VenueHTTPResponse
}

/// Everything the venue answers.
enum Endpoints {
  private static let trading = "/derivatives/api/v3/"

  private static let all: [Endpoint] = [
    Endpoint(name: "sendorder", methods: ["POST"], changes: true) { OrderAnswers.send($0, &$1) },
    Endpoint(name: "editorder", methods: ["POST", "PUT"], changes: true) {
      OrderAnswers.edit($0, &$1)
    },
    Endpoint(name: "cancelorder", methods: ["POST"], changes: true) {
      OrderAnswers.cancel($0, &$1)
    },
    Endpoint(name: "cancelallorders", methods: ["POST"], changes: true) {
      OrderAnswers.cancelAll($0, &$1)
    },
    Endpoint(name: "openorders", methods: ["GET"]) { AccountAnswers.openOrders($0, $1) },
    Endpoint(name: "openpositions", methods: ["GET"]) { AccountAnswers.openPositions($0, $1) },
    Endpoint(name: "fills", methods: ["GET"]) { AccountAnswers.fills($0, $1) },
    Endpoint(name: "accounts", methods: ["GET"]) { AccountAnswers.accounts($0, $1) },
    Endpoint(name: "orders/status", methods: ["GET", "POST"]) { HistoryAnswers.status($0, $1) },
  ]

  private static let history = Endpoint(
    name: "history/orders", methods: ["GET"], isHistory: true
  ) { HistoryAnswers.orders($0, $1) }

  /// The endpoint of a request; nil when there is none.
  static func endpoint(_ request: VenueHTTPRequest) -> Endpoint? {
    guard request.parameters != nil else { return nil }
    if let market = MarketAnswers.endpoint(request) { return market }
    if ["/api/history/v3/orders", "/api/history/v2/orders"].contains(request.path) {
      return request.method == "GET" ? history : nil
    }
    guard let rest = after(trading, request.path) else { return nil }
    if rest == ["orders", "status"] {
      return all.first { $0.name == "orders/status" && $0.methods.contains(request.method) }
    }
    guard let endpoint = all.first(where: { $0.name == rest.first }),
      rest.count == 1
    else { return nil }
    return with(endpoint, Array(rest.dropFirst()), request)
  }

  private static func after(_ prefix: String, _ path: String) -> [String]? {
    guard path.hasPrefix(prefix) else { return nil }
    return path.dropFirst(prefix.count).split(separator: "/").map(String.init)
  }

  private static func with(
    _ endpoint: Endpoint, _ rest: [String], _ request: VenueHTTPRequest
  ) -> Endpoint? {
    guard endpoint.methods.contains(request.method), rest.count <= 4 else { return nil }
    var endpoint = endpoint
    endpoint.rest = rest
    return endpoint
  }
}
