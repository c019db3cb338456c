import CCrypto

extension APICredentials {
  /// Base64(HMAC-SHA512(secret, SHA256(message))): the one proof of a key that the venue knows.
  func signature(of message: String) -> String {
    let bytes = Array(message.utf8)
    var digest = [UInt8](repeating: 0, count: 32)
    _ = SHA256(bytes, bytes.count, &digest)
    var code = [UInt8](repeating: 0, count: 64)
    var length: UInt32 = 0
    guard
      HMAC(
        EVP_sha512(), secret, Int32(secret.count), digest, digest.count, &code, &length) != nil,
      length == 64
    else { fatalError("HMAC-SHA512 of libcrypto cannot fail for a 32 byte message") }
    return Base64.text(code)
  }
}
