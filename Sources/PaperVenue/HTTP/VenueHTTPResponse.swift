/// What goes back.
struct VenueHTTPResponse: Sendable {
  var status: Int
  var body: String
  var contentType = "application/json"

  init(_ json: JSON, status: Int = 200) {
    self.status = status
    body = json.text
  }
}
