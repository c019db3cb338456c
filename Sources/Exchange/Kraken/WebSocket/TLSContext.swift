import CTLS

/// What every TLS connection of one process shares: the authorities it believes.
final class TLSContext: Sendable {
  /// Set once and only read; OpenSSL counts its users with atomics.
  private nonisolated(unsafe) let context: OpaquePointer

  /// Believes the certificates of a file in PEM alone; without one those of the system.
  init(certificateAuthorities: String? = nil) throws(ExchangeError) {
    ERR_clear_error()
    guard let context = il_tls_client(certificateAuthorities) else {
      let reason = ERR_reason_error_string(ERR_peek_last_error()).map { String(cString: $0) }
      ERR_clear_error()
      guard let certificateAuthorities else { throw .unusable("OpenSSL gave no TLS client") }
      throw .badAuthorities(path: certificateAuthorities, reason: reason ?? "unreadable")
    }
    self.context = context
  }

  deinit {
    SSL_CTX_free(context)
  }

  /// A session with a server that has to prove to be `host`, a name or an address.
  func session(_ host: String) -> OpaquePointer? {
    guard let session = SSL_new(context) else { return nil }
    guard il_tls_expect(session, host) == 1 else {
      SSL_free(session)
      return nil
    }
    SSL_set_connect_state(session)
    return session
  }
}

/// Why an encrypted connection was given up.
struct TLSFailure: Error, CustomStringConvertible {
  let description: String
}
