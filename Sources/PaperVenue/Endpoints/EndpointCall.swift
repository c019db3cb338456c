import Domain
import SimulatedVenue

/// One call of an endpoint.
struct EndpointCall: Sendable {
  let request: VenueHTTPRequest
  var now: VenueTime
  /// What follows the endpoint's name in the path.
  let rest: [String]
  private let parameters: [VenueHTTPRequest.Parameter]

  init(request: VenueHTTPRequest, now: VenueTime, rest: [String]) {
    self.request = request
    self.now = now
    self.rest = rest
    parameters = request.parameters ?? []
  }

  func parameter(_ name: String) -> String? {
    parameters.last { $0.name.lowercased() == name.lowercased() }?.value
  }

  func parameters(_ name: String) -> [String] {
    parameters.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
  }

  /// A number of milliseconds or seconds; nil when it is missing or none.
  func integer(_ name: String) -> Int64? { parameter(name).flatMap { Int64($0) } }

  /// `members` as a success of the trading interface.
  func success(_ members: JSON.Member...) -> VenueHTTPResponse {
    let result = JSON.Member(name: "result", value: .text("success"))
    let time = JSON.Member(name: "serverTime", value: .text(Spelling.time(now.wall)))
    return VenueHTTPResponse(.object([result] + members + [time]))
  }

  func success(_ name: String, _ value: JSON) -> VenueHTTPResponse {
    success(JSON.Member(name: name, value: value))
  }

  func error(_ word: String) -> VenueHTTPResponse {
    VenueHTTPResponse(ErrorBody.error(word, at: now.wall))
  }
}
