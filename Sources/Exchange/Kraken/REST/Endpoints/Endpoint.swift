/// One call of the venue: how it is asked, and whether it has to be signed.
struct Endpoint: Hashable, Sendable {
  let request: HTTPRequest
  let isPrivate: Bool

  private static let trading = "/derivatives/api/v3/"

  /// A read in public, relative to the trading interface.
  static func open(_ name: String) -> Endpoint {
    Endpoint(
      request: HTTPRequest(method: .get, path: trading + name, parameters: ""), isPrivate: false)
  }

  /// A read of the account.
  static func read(_ name: String, _ parameters: Parameters = Parameters()) -> Endpoint {
    Endpoint(
      request: HTTPRequest(method: .get, path: trading + name, parameters: parameters.text),
      isPrivate: true)
  }

  /// A call that carries its parameters in the body.
  static func post(_ name: String, _ parameters: Parameters) -> Endpoint {
    Endpoint(
      request: HTTPRequest(method: .post, path: trading + name, parameters: parameters.text),
      isPrivate: true)
  }

  /// A read of one of the services beside the trading interface, such as `/api/charts/v1`.
  static func service(
    _ path: String, _ parameters: Parameters, isPrivate: Bool
  ) -> Endpoint {
    Endpoint(
      request: HTTPRequest(method: .get, path: path, parameters: parameters.text),
      isPrivate: isPrivate)
  }
}
