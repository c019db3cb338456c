/// Signs requests as the venue wants it.
///
///     Authent = Base64(HMAC-SHA512(secret, SHA256(parameters + nonce + endpoint path)))
struct RequestSigner: Sendable {
  private let credentials: APICredentials

  init(_ credentials: APICredentials) {
    self.credentials = credentials
  }

  /// `request` with the headers that prove who sends it.
  func signed(_ request: HTTPRequest, nonce: Int64) -> HTTPRequest {
    var signed = request
    signed.headers += [
      .init(name: "APIKey", value: credentials.key),
      .init(name: "Nonce", value: String(nonce)),
      .init(
        name: "Authent",
        value: signature(
          parameters: request.parameters, nonce: String(nonce),
          endpointPath: Self.endpointPath(request.path))),
    ]
    return signed
  }

  /// The path without `/derivatives`, which is not part of what is signed.
  static func endpointPath(_ path: String) -> String {
    let prefix = "/derivatives"
    return path.hasPrefix(prefix + "/") ? String(path.dropFirst(prefix.count)) : path
  }

  /// The parameters are URL-encoded, exactly as they are sent.
  func signature(parameters: String, nonce: String, endpointPath: String) -> String {
    credentials.signature(of: parameters + nonce + endpointPath)
  }
}
