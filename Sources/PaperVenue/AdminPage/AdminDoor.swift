/// What the admin port answers: the page, the faults, and everything else by the venue.
struct AdminDoor: Sendable {
  let faults: FaultAdmin
  let venue: Responder

  func respond(
    _ request: VenueHTTPRequest, _ reply: @escaping @Sendable (VenueHTTPResponse) -> Void
  ) {
    if request.path == "/", request.method == "GET" {
      reply(AdminPage.response)
    } else if FaultAdmin.answers(request.path) {
      faults.respond(request, reply)
    } else {
      venue(request, reply)
    }
  }
}
