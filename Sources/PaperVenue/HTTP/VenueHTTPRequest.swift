/// A request as the venue's endpoints see it.
struct VenueHTTPRequest: Sendable {
  struct Parameter: Hashable, Sendable {
    let name: String
    let value: String
  }

  /// Where a request comes from; a door only makes those of clients.
  enum Origin: Hashable, Sendable {
    case client
    /// The same request of a client once more, because of a fault.
    case redelivery
    /// The venue asks itself.
    case venue
  }

  let method: String
  /// Without the query.
  let path: String
  /// As it stood on the wire.
  let query: String
  let body: String
  /// Names in small letters.
  let headers: [String: String]
  /// Parameters of query and body; nil when one is not URL-encoded UTF-8 or there are too many.
  let parameters: [Parameter]?
  var origin = Origin.client

  /// What is read of a body before a request is refused; a batch of 500 orders is half of it.
  static let longestBody = 512 * 1024

  init(
    method: String, path: String, query: String, body: String, headers: [String: String]
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.body = body
    self.headers = headers
    parameters = FormParameters.decode(query, body)
  }

  var isJSON: Bool { headers["content-type"]?.hasPrefix("application/json") == true }

  /// What is signed: the bytes of query and body as they stood on the wire.
  var signedParameters: String { query + body }
}
