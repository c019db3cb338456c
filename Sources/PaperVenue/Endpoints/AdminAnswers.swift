import Daemon
import Domain
import Foundation
import SimulatedVenue

/// What a judge may ask and set: everything that was ever received, how every position is covered,
/// how the venue behaves.
enum AdminAnswers {
  static func answer(
    _ request: VenueHTTPRequest, _ state: inout VenueCore.State, _ now: VenueTime
  ) -> VenueHTTPResponse {
    switch (request.method, request.path) {
    case ("GET", "/requests"): return requests(state)
    case ("GET", "/source"): return source(state)
    case ("GET", "/policies"): return policies(state)
    case ("POST", "/policies"): return setPolicies(request, &state, now)
    case ("POST", "/market"): return setCondition(request, &state, now)
    case ("POST", "/deposit"): return deposit(request, &state, now)
    default:
      return VenueHTTPResponse(
        ErrorBody.badRequest(
          "GET /, /book, /requests, /requests/log, /source, /websocket, /policies or /faults; "
            + "POST /policies, /market, /deposit or /faults; DELETE /faults"), status: 404)
    }
  }

  /// How often each endpoint was asked.
  private static func requests(_ state: VenueCore.State) -> VenueHTTPResponse {
    let counts = state.requests.sorted { $0.key < $1.key }
    return VenueHTTPResponse(
      .object(counts.map { JSON.Member(name: $0.key, value: .integer($0.value)) }))
  }

  private static func policies(_ state: VenueCore.State) -> VenueHTTPResponse {
    VenueHTTPResponse(
      body: JSONLine.text(PoliciesEntry(state.machine.book.policies)), status: 200)
  }

  /// Changes the policies that are named; the others stay.
  private static func setPolicies(
    _ request: VenueHTTPRequest, _ state: inout VenueCore.State, _ now: VenueTime
  ) -> VenueHTTPResponse {
    let known = PoliciesEntry.CodingKeys.allCases.map(\.rawValue)
    guard let json = try? JSONParser.parse(request.body), case .object(let members) = json else {
      return refused("a JSON object of policies")
    }
    if let unknown = members.first(where: { !known.contains($0.name) }) {
      return refused("\(unknown.name) is no policy: \(known.joined(separator: ", "))")
    }
    guard let entry = JSONLine.decode(PoliciesEntry.self, Array(request.body.utf8)),
      let policies = entry.applied(to: state.machine.book.policies)
    else { return refused("a policy has a value it cannot have") }
    state.machine.setPolicies(policies, now: now)
    return self.policies(state)
  }

  /// `{"symbol": …, "suspended"?: …, "post_only"?: …, "dislocation"?: …}`; what is missing is off.
  private static func setCondition(
    _ request: VenueHTTPRequest, _ state: inout VenueCore.State, _ now: VenueTime
  ) -> VenueHTTPResponse {
    guard let json = try? JSONParser.parse(request.body),
      let id = json["symbol"]?.string.flatMap({ InstrumentID($0) }),
      state.machine.book.contracts[id] != nil
    else { return refused("a JSON object with the symbol of a contract that is listed") }
    var condition = MarketCondition()
    condition.isSuspended = json["suspended"]?.flag ?? false
    condition.isPostOnly = json["post_only"]?.flag ?? false
    if let word = json["dislocation"]?.string {
      guard let dislocation = MarketCondition.Dislocation(rawValue: word) else {
        return refused("dislocation is ABOVE_UPPER_BOUND or BELOW_LOWER_BOUND")
      }
      condition.dislocation = dislocation
    }
    state.machine.setCondition(id, condition, now: now)
    return VenueHTTPResponse(.members(["result": .text("success")]))
  }

  private static func deposit(
    _ request: VenueHTTPRequest, _ state: inout VenueCore.State, _ now: VenueTime
  ) -> VenueHTTPResponse {
    guard let json = try? JSONParser.parse(request.body),
      case .number(let digits) = json["usd"],
      let money = ExactDecimal(digits).flatMap({ Money($0, rounding: .down) }),
      money > .zero, money.micros < 1_000_000_000_000_000
    else { return refused("a JSON object with usd, an amount above 0 and below a billion") }
    state.machine.deposit(money, now: now)
    return VenueHTTPResponse(.members(["result": .text("success")]))
  }

  static func refused(_ text: String) -> VenueHTTPResponse {
    VenueHTTPResponse(ErrorBody.badRequest("expected \(text)"), status: 400)
  }
}
