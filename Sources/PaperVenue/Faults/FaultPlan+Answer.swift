/// What the venue's answer becomes.
extension FaultPlan {
  /// The answer to send: the plan's own, or the venue's with the plan's edits; `processed` is nil
  /// when the venue never saw the request.
  func answer(
    to request: VenueHTTPRequest, _ processed: VenueHTTPResponse?,
    stale: (_ fault: String) -> StaleSnapshot?
  ) -> VenueHTTPResponse {
    var response = processed ?? VenueHTTPResponse(body: "", status: 200)
    if let answer {
      response = VenueHTTPResponse(body: answer.body, status: answer.code)
      if let seconds = answer.resetSeconds {
        response.headers.append(.init(name: "rate-limit-reset", value: String(seconds)))
      }
    }
    for edit in edits { apply(edit, to: &response, request, stale) }
    if delivery != .whole { response.delivery = delivery }
    return response
  }

  /// An edit that finds nothing to change in an answer, such as an error, leaves it alone.
  private func apply(
    _ edit: Edit, to response: inout VenueHTTPResponse, _ request: VenueHTTPRequest,
    _ stale: (_ fault: String) -> StaleSnapshot?
  ) {
    switch edit {
    case .garble: response.body = String(response.body.dropLast()) + "]"
    case .replaceWord(let from, let to):
      guard let json = try? JSONParser.parse(response.body) else { return }
      response.body = json.replacing(from, with: to).text
    case .set(let place, let value):
      guard let json = try? JSONParser.parse(response.body), json["result"]?.string != "error",
        let changed = json.setting(place.split(separator: ".")[...], to: value)
      else { return }
      response.body = changed.text
    case .stale(let fault):
      guard let body = stale(fault)?.answer(to: request.path, fresh: response.body) else { return }
      response.body = body
    }
  }
}

extension JSON {
  /// This value with every text that is `word` replaced.
  fileprivate func replacing(_ word: String, with other: String) -> JSON {
    switch self {
    case .text(word): .text(other)
    case .list(let values): .list(values.map { $0.replacing(word, with: other) })
    case .object(let members):
      .object(
        members.map { Member(name: $0.name, value: $0.value.replacing(word, with: other)) })
    case .number, .text, .flag, .null: self
    }
  }
}
