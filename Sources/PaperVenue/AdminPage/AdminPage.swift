/// The page at the admin port's `/`.
enum AdminPage {
  static var response: VenueHTTPResponse {
    var response = VenueHTTPResponse(
      body: "<!doctype html>", status: 200, contentType: "text/html; charset=utf-8")
    response.headers = []
    return response
  }
}
