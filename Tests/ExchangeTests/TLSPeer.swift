import CTLS
import NIOCore

@testable import Exchange

/// The other side of an encrypted session, in memory: a test moves every byte itself.
final class TLSPeer {
  private let context: OpaquePointer
  private let session: OpaquePointer
  private let incoming: OpaquePointer
  private let outgoing: OpaquePointer

  /// A server; `newest` bounds the version it speaks.
  init(_ identity: TestAuthority.Identity, newest: Int32 = TLS1_3_VERSION) throws {
    guard let context = SSL_CTX_new(TLS_server_method()),
      SSL_CTX_use_certificate(context, identity.certificate) == 1,
      SSL_CTX_use_PrivateKey(context, identity.key) == 1,
      SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(newest), nil) == 1,
      let session = SSL_new(context), let incoming = BIO_new(BIO_s_mem()),
      let outgoing = BIO_new(BIO_s_mem())
    else { throw TestAuthority.Failure(what: "TLS peer") }
    // The newest version alone would refuse a client of TLS 1.1 before the client refuses it.
    if newest < TLS1_2_VERSION { SSL_CTX_set_security_level(context, 0) }
    SSL_set_security_level(session, newest < TLS1_2_VERSION ? 0 : 1)
    SSL_set_bio(session, incoming, outgoing)
    SSL_set_accept_state(session)
    self.context = context
    self.session = session
    self.incoming = incoming
    self.outgoing = outgoing
  }

  deinit {
    SSL_free(session)
    SSL_CTX_free(context)
  }

  /// The name the client asked for; nil when it named none.
  var askedFor: String? {
    SSL_get_servername(session, TLSEXT_NAMETYPE_host_name).map { String(cString: $0) }
  }

  var hasShakenHands: Bool { SSL_is_init_finished(session) == 1 }
  /// Whether the client said goodbye.
  var wasLeftProperly: Bool { SSL_get_shutdown(session) & SSL_RECEIVED_SHUTDOWN != 0 }

  /// Takes what the client sent; what it said inside the encryption.
  func take(_ bytes: [UInt8]) -> [UInt8] {
    ERR_clear_error()
    if !bytes.isEmpty { BIO_write(incoming, bytes, Int32(bytes.count)) }
    if !hasShakenHands { SSL_do_handshake(session) }
    var said: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while hasShakenHands {
      let count = SSL_read(session, &chunk, Int32(chunk.count))
      guard count > 0 else { break }
      said += chunk.prefix(Int(count))
    }
    ERR_clear_error()
    return said
  }

  /// What it has to send by now.
  func give() -> [UInt8] {
    let count = BIO_ctrl_pending(outgoing)
    var bytes = [UInt8](repeating: 0, count: count)
    guard count > 0 else { return [] }
    BIO_read(outgoing, &bytes, Int32(count))
    return bytes
  }

  func say(_ bytes: [UInt8]) { SSL_write(session, bytes, Int32(bytes.count)) }

  func say(_ text: String) { say(Array(text.utf8)) }

  /// New keys, the client's as well when they are `asked` for.
  func changeKeys(asked: Bool) -> Bool {
    let kind = asked ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED
    return SSL_key_update(session, kind) == 1 && SSL_do_handshake(session) == 1
  }

  /// Wants to begin anew in the middle, as TLS 1.2 may.
  func renegotiate() -> Bool {
    SSL_renegotiate(session) == 1 && SSL_do_handshake(session) == 1
  }

  func leave() { SSL_shutdown(session) }
}
