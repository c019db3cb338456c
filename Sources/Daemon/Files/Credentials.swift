import Foundation

/// The venue's API key and its secret, from a file that nobody else may read.
///
/// The secret has no description, so it enters no log line and no error by accident.
package struct Credentials: Sendable, Equatable, CustomStringConvertible,
  CustomDebugStringConvertible, CustomReflectable
{
  package let key: String
  /// Base64, as the venue hands it out.
  package let secret: Secret

  package init(key: String, secret: String) {
    self.key = key
    self.secret = Secret(secret)
  }

  package var description: String { "credentials of key \(key.prefix(4))…" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: ["key": key.prefix(4)]) }

  /// Reads the two lines `key=…` and `secret=…`; the file is ours and of mode 0600 or stricter.
  package static func read(from path: String) throws(Fatal) -> Credentials {
    let values = try SecretFile.read(path, names: ["key", "secret"], kind: "credentials")
    guard let key = values["key"], !key.exposed.isEmpty else {
      throw refused(path, "no line key=…")
    }
    guard let secret = values["secret"], let decoded = Data(base64Encoded: secret.exposed),
      !decoded.isEmpty
    else { throw refused(path, "no line secret=… in base64") }
    return Credentials(key: key.exposed, secret: secret.exposed)
  }

  /// Makes the file, mode 0600; refuses to replace one.
  package func write(to path: String) throws(Fatal) {
    let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw Fatal(
        .badConfiguration,
        "unable to create \(path): \(SystemError.text()): make the folder writable")
    }
    defer { close(descriptor) }
    let bytes = Array("key=\(key)\nsecret=\(secret.exposed)\n".utf8)
    guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
      let reason = SystemError.text()
      unlink(path)
      throw Fatal(.tryAgain, "unable to write \(path): \(reason): make room on the disk")
    }
  }

  private static func refused(_ path: String, _ reason: String) -> Fatal {
    Fatal(
      .badConfiguration,
      "unable to read credentials \(path): \(reason): "
        + "write the lines key=… and secret=… and chmod 600")
  }
}
