import CTLS
import Foundation

/// A certificate authority of one test, and what it vouches for.
final class TestAuthority {
  struct Failure: Error {
    let what: String
  }

  /// A certificate and its key; freed with the value.
  final class Identity {
    let certificate: OpaquePointer
    let key: OpaquePointer

    fileprivate init(_ certificate: OpaquePointer, _ key: OpaquePointer) {
      self.certificate = certificate
      self.key = key
    }

    deinit {
      X509_free(certificate)
      EVP_PKEY_free(key)
    }
  }

  /// The authority's own certificate in PEM.
  let file = "/tmp/il-ca-\(UUID().uuidString.prefix(8)).pem"
  private let root: Identity

  init() throws {
    root = try Self.identity(
      name: "Interlock test authority", extensions: [(NID_basic_constraints, "critical,CA:TRUE")],
      days: -1...1, issuer: nil)
    guard let bio = BIO_new_file(file, "w"), PEM_write_bio_X509(bio, root.certificate) == 1 else {
      throw Failure(what: "write \(file)")
    }
    BIO_free(bio)
  }

  deinit { unlink(file) }

  /// A server of this name (`IP:127.0.0.1` or `DNS:…`), vouched for within these days from now.
  func server(_ name: String, days: ClosedRange<Int> = -1...1) throws -> Identity {
    try Self.identity(
      name: "server", extensions: [(NID_subject_alt_name, name)], days: days, issuer: root)
  }

  private static func identity(
    name: String, extensions: [(nid: Int32, value: String)], days: ClosedRange<Int>,
    issuer: Identity?
  ) throws -> Identity {
    guard let certificate = X509_new() else { throw Failure(what: "X509_new") }
    let made = Identity(certificate, try key())
    let day = 86_400
    X509_set_version(certificate, 2)
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), Int.random(in: 1...1_000_000_000))
    X509_gmtime_adj(X509_getm_notBefore(certificate), days.lowerBound * day)
    X509_gmtime_adj(X509_getm_notAfter(certificate), days.upperBound * day)
    X509_set_pubkey(certificate, made.key)
    let bytes = Array(name.utf8)
    X509_NAME_add_entry_by_NID(
      X509_get_subject_name(certificate), NID_commonName, MBSTRING_FLAG | 1, bytes,
      Int32(bytes.count), -1, 0)
    let signer = issuer ?? made
    X509_set_issuer_name(certificate, X509_get_subject_name(signer.certificate))
    var context = X509V3_CTX()
    X509V3_set_ctx(&context, signer.certificate, certificate, nil, nil, 0)
    for (nid, value) in extensions {
      guard let added = X509V3_EXT_conf_nid(nil, &context, nid, value) else {
        throw Failure(what: "extension \(value)")
      }
      X509_add_ext(certificate, added, -1)
      X509_EXTENSION_free(added)
    }
    // Ed25519 hashes by itself.
    guard X509_sign(certificate, signer.key, nil) > 0 else { throw Failure(what: "X509_sign") }
    return made
  }

  private static func key() throws -> OpaquePointer {
    let context = EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nil)
    defer { EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_keygen(context, &key) == 1, let key else {
      throw Failure(what: "EVP_PKEY_keygen")
    }
    return key
  }
}
