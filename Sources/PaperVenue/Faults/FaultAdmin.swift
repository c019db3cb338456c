/// `POST /faults`, `GET /faults`, `DELETE /faults` and `DELETE /faults/ID` of the admin port.
struct FaultAdmin: Sendable {
  let desk: FaultDesk
  /// The venue itself, asked for the account as it is when a stale snapshot is armed.
  let venue: Responder

  /// Whether the path is one of these.
  static func answers(_ path: String) -> Bool { path == "/faults" || path.hasPrefix("/faults/") }

  func respond(
    _ request: VenueHTTPRequest, _ reply: @escaping @Sendable (VenueHTTPResponse) -> Void
  ) {
    let id = request.path.dropFirst("/faults/".count)
    switch request.method {
    case "GET" where id.isEmpty: reply(VenueHTTPResponse(desk.list))
    case "POST" where id.isEmpty: arm(request, reply)
    case "DELETE" where id.isEmpty:
      reply(VenueHTTPResponse(.members(["disarmed": .integer(desk.disarmAll())])))
    case "DELETE":
      reply(
        desk.disarm(String(id))
          ? VenueHTTPResponse(.members(["disarmed": .integer(1)]))
          : VenueHTTPResponse(ErrorBody.badRequest("no fault has this id"), status: 404))
    default:
      reply(
        VenueHTTPResponse(
          ErrorBody.badRequest("GET, POST or DELETE /faults, DELETE /faults/ID"), status: 405))
    }
  }

  /// A page of another site can send a form to this port, but no JSON: so JSON it must be.
  private func arm(
    _ request: VenueHTTPRequest, _ reply: @escaping @Sendable (VenueHTTPResponse) -> Void
  ) {
    guard request.isJSON else {
      reply(
        VenueHTTPResponse(
          ErrorBody.badRequest("the content type must be application/json"), status: 415))
      return
    }
    let fault: Fault
    do throws(FaultRefusal) {
      fault = try FaultDocument.fault(request.body)
    } catch {
      reply(VenueHTTPResponse(ErrorBody.badRequest(error.description), status: 400))
      return
    }
    guard fault.kind == .staleSnapshot else {
      reply(Self.answer(desk.arm(fault)))
      return
    }
    snapshot(StaleSnapshot.names[...], StaleSnapshot()) { reply(Self.answer(desk.arm(fault, $0))) }
  }

  private static func answer(_ result: Result<String, FaultRefusal>) -> VenueHTTPResponse {
    switch result {
    case .success(let id): VenueHTTPResponse(.members(["id": .text(id)]))
    case .failure(let refusal):
      VenueHTTPResponse(ErrorBody.badRequest(refusal.description), status: 400)
    }
  }

  /// Asks for the named reads one after the other.
  private func snapshot(
    _ names: ArraySlice<String>, _ snapshot: StaleSnapshot,
    _ done: @escaping @Sendable (StaleSnapshot) -> Void
  ) {
    guard let name = names.first else {
      done(snapshot)
      return
    }
    var request = VenueHTTPRequest(
      method: "GET", path: StaleSnapshot.path(name), query: "", body: "", headers: [:])
    request.origin = .venue
    venue(request) { response in
      var snapshot = snapshot
      snapshot.keep(response.body, of: name)
      self.snapshot(names.dropFirst(), snapshot, done)
    }
  }
}
