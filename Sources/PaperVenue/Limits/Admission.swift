import Domain

/// Who may ask, how often: the signature, the nonce and the budget of the one key.
struct Admission: Sendable {
  private(set) var authentication: Authentication
  private var budget = RateBudget()
  private let isRateLimited: Bool

  init(_ authentication: Authentication, isRateLimited: Bool) {
    self.authentication = authentication
    self.isRateLimited = isRateLimited
  }

  /// The answer to a private request that is not let in; nil when it is, and is paid for.
  ///
  /// A wrong signature costs nothing: nobody may spend another's budget. A request delivered a
  /// second time is checked for its signature only, and the venue's own for nothing. Spans are
  /// measured by the machine's clock, which nobody sets; `wall` is what the answer says.
  mutating func refusal(
    _ request: VenueHTTPRequest, to endpoint: Endpoint, at wall: WallTime,
    machineMilliseconds: Int64
  ) -> VenueHTTPResponse? {
    switch request.origin {
    case .venue: return nil
    case .redelivery:
      return authentication.isSigned(request)
        ? nil : answer("authenticationError", endpoint.isHistory, wall)
    case .client: break
    }
    if let word = authentication.refusal(request, at: machineMilliseconds) {
      return answer(word, endpoint.isHistory, wall)
    }
    guard isRateLimited, let charge = RateCost.charge(request, to: endpoint) else { return nil }
    do throws(RateBudget.Exhausted) {
      try budget.spend(charge, at: machineMilliseconds)
      return nil
    } catch {
      return answer(error, wall)
    }
  }

  private func answer(
    _ word: String, _ isHistory: Bool, _ wall: WallTime
  ) -> VenueHTTPResponse {
    isHistory
      ? VenueHTTPResponse(ErrorBody.unauthorized(at: wall), status: 401)
      : VenueHTTPResponse(ErrorBody.error(word, at: wall))
  }

  /// Trading answers 200 with an error body; history answers 429 and says when to come again.
  private func answer(_ exhausted: RateBudget.Exhausted, _ wall: WallTime) -> VenueHTTPResponse {
    var response = VenueHTTPResponse(ErrorBody.error("apiLimitExceeded", at: wall))
    guard exhausted.pool == .history else { return response }
    response.status = 429
    let milliseconds = exhausted.resetMilliseconds ?? exhausted.pool.milliseconds
    response.headers = [
      .init(name: "rate-limit-reset", value: String((milliseconds + 999) / 1000))
    ]
    return response
  }
}
