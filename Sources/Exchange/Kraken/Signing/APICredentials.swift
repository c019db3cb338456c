import CCrypto

/// The key and the secret of one account at the venue.
///
/// The secret has no description and no mirror, so it enters no log line by accident.
package struct APICredentials: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  let key: String
  let secret: [UInt8]

  /// Nil when the key is empty or not printable ASCII, or the secret is not base64.
  package init?(key: String, base64Secret: String) {
    guard !key.isEmpty, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
      let secret = Base64.bytes(base64Secret), !secret.isEmpty
    else { return nil }
    self.key = key
    self.secret = secret
  }

  package var description: String { "credentials of key \(key.prefix(4))…" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: ["key": key.prefix(4)]) }
}
