import CCrypto

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
    let message = Array((parameters + nonce + endpointPath).utf8)
    var digest = [UInt8](repeating: 0, count: 32)
    _ = SHA256(message, message.count, &digest)
    var code = [UInt8](repeating: 0, count: 64)
    var length: UInt32 = 0
    let secret = credentials.secret
    guard
      HMAC(
        EVP_sha512(), secret, Int32(secret.count), digest, digest.count, &code, &length) != nil,
      length == 64
    else { fatalError("HMAC-SHA512 of libcrypto cannot fail for a 32 byte message") }
    return Base64.text(code)
  }
}
