import CCrypto

/// SHA-256 from libcrypto.
package enum Digest {
  /// The 32 bytes of the digest of `bytes`.
  package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    _ = SHA256(bytes, bytes.count, &digest)
    return digest
  }

  /// `count` bytes from the operating system's generator, by way of libcrypto.
  static func random(_ count: Int) throws(LedgerError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    guard RAND_bytes(&bytes, Int32(count)) == 1 else {
      throw .unusable("no random bytes from libcrypto")
    }
    return bytes
  }
}
