/// What goes back, and how it leaves.
struct VenueHTTPResponse: Sendable {
  struct Header: Hashable, Sendable {
    let name: String
    let value: String
  }

  var status: Int
  var body: String
  var contentType = "application/json"
  /// Beside content type, length and connection, which the door writes itself.
  var headers: [Header] = []
  var delivery = Delivery.whole

  init(_ json: JSON, status: Int = 200) {
    self.init(body: json.text, status: status)
  }

  init(body: String, status: Int, contentType: String = "application/json") {
    self.status = status
    self.body = body
    self.contentType = contentType
  }
}
