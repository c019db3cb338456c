import CCrypto

/// Proves to the venue's WebSocket who listens.
///
///     signed challenge = Base64(HMAC-SHA512(secret, SHA256(challenge)))
struct ChallengeSigner: Sendable {
  private let credentials: APICredentials

  init(_ credentials: APICredentials) {
    self.credentials = credentials
  }

  var key: String { credentials.key }

  func signature(of challenge: String) -> String {
    let message = Array(challenge.utf8)
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
