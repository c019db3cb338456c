import CCrypto
import Foundation

/// Checks that a request is signed with the one key this venue knows.
///
///     Authent = Base64(HMAC-SHA512(secret, SHA256(parameters + nonce + endpoint path)))
///
/// `parameters` are the bytes of query and body as they stood on the wire, URL-encoded: the flow
/// since 2024. The older one over decoded text is refused.
struct Authentication: Sendable {
  private let key: String
  private let secret: [UInt8]
  private var nonces = NonceWindow()

  /// Nil when the secret is not base64.
  init?(key: String, base64Secret: String) {
    guard let secret = Data(base64Encoded: base64Secret), !secret.isEmpty, !key.isEmpty else {
      return nil
    }
    self.key = key
    self.secret = Array(secret)
  }

  /// The venue's word for what is wrong; nil when the request is ours.
  mutating func refusal(_ request: VenueHTTPRequest, at milliseconds: Int64) -> String? {
    guard isSigned(request) else { return "authenticationError" }
    guard let nonce = request.headers["nonce"], !nonce.isEmpty else { return nil }
    return nonces.refusal(nonce, at: milliseconds)
  }

  /// Whether the key is ours and the signature right; no nonce is used up.
  func isSigned(_ request: VenueHTTPRequest) -> Bool {
    guard request.headers["apikey"] == key, let given = request.headers["authent"] else {
      return false
    }
    let expected = signature(
      parameters: request.signedParameters, nonce: request.headers["nonce"] ?? "",
      path: request.path)
    return Self.isEqual(given, expected)
  }

  func signature(parameters: String, nonce: String, path: String) -> String {
    let prefix = "/derivatives"
    let endpoint = path.hasPrefix(prefix + "/") ? String(path.dropFirst(prefix.count)) : path
    return signature(of: parameters + nonce + endpoint)
  }

  /// Whether a client of the WebSocket proved with a signed challenge that the key is its own.
  func accepts(key: String, challenge: String, signature: String) -> Bool {
    key == self.key && Self.isEqual(signature, self.signature(of: challenge))
  }

  /// Base64(HMAC-SHA512(secret, SHA256(text))).
  func signature(of text: String) -> String {
    let message = Array(text.utf8)
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    SHA256(message, message.count, &digest)
    var code = [UInt8](repeating: 0, count: 64)
    var length: UInt32 = 0
    HMAC(EVP_sha512(), secret, Int32(secret.count), digest, digest.count, &code, &length)
    return Data(code.prefix(Int(length))).base64EncodedString()
  }

  /// Takes the same time wherever the texts differ.
  private static func isEqual(_ left: String, _ right: String) -> Bool {
    let left = Array(left.utf8)
    let right = Array(right.utf8)
    return left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
  }
}
