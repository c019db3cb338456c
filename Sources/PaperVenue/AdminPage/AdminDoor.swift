/// What the admin port answers: the page, the faults, and everything else by the venue.
struct AdminDoor: Sendable {
  let faults: FaultAdmin
  let venue: Responder

  func respond(
    _ request: VenueHTTPRequest, _ reply: @escaping @Sendable (VenueHTTPResponse) -> Void
  ) {
    guard Self.isOurs(request.headers["host"]) else {
      reply(VenueHTTPResponse(ErrorBody.badRequest("this port is for this machine"), status: 403))
      return
    }
    if request.path == "/", request.method == "GET" {
      reply(AdminPage.response)
    } else if FaultAdmin.answers(request.path) {
      faults.respond(request, reply)
    } else {
      venue(request, reply)
    }
  }

  /// Whether a request names this machine; a page of another site whose name was made to lead here
  /// names that site.
  private static func isOurs(_ host: String?) -> Bool {
    guard let host else { return true }
    return ListenAddress.isLoopback(host.split(separator: ":").first.map(String.init) ?? "")
  }
}
