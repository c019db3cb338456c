/// Proves to the venue's WebSocket who listens.
///
///     signed challenge = Base64(HMAC-SHA512(secret, SHA256(challenge)))
struct ChallengeSigner: Sendable {
  private let credentials: APICredentials

  init(_ credentials: APICredentials) {
    self.credentials = credentials
  }

  var key: String { credentials.key }

  func signature(of challenge: String) -> String { credentials.signature(of: challenge) }
}
