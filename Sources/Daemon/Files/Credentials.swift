import Foundation

/// The venue's API key and its secret, from a file that nobody else may read.
///
/// The secret has no description, so it enters no log line and no error by accident.
package struct Credentials: Sendable, Equatable, CustomStringConvertible,
  CustomDebugStringConvertible, CustomReflectable
{
  package let key: String
  /// Base64, as the venue hands it out.
  package let secret: String

  package init(key: String, secret: String) {
    self.key = key
    self.secret = secret
  }

  package var description: String { "credentials of key \(key.prefix(4))…" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: ["key": key.prefix(4)]) }

  /// Reads the two lines `key=…` and `secret=…`; the file is ours and of mode 0600 or stricter.
  package static func read(from path: String) throws(Fatal) -> Credentials {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw refused(path, SystemError.text()) }
    defer { close(descriptor) }
    var information = stat()
    guard fstat(descriptor, &information) == 0 else { throw refused(path, SystemError.text()) }
    guard information.st_mode & S_IFMT == S_IFREG else { throw refused(path, "not a file") }
    guard information.st_uid == geteuid() || information.st_uid == 0 else {
      throw refused(path, "it belongs to user \(information.st_uid)")
    }
    // A service manager's credential is the superuser's, and lent by a list that shows in the
    // place of the group.
    let isLent =
      information.st_uid == 0 && information.st_gid == 0 && information.st_mode & 0o777 == 0o440
    guard isLent || information.st_mode & 0o177 == 0 else {
      let mode = String(information.st_mode & 0o777, radix: 8)
      throw refused(path, "mode is 0\(mode), others could read it")
    }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = Glibc.read(descriptor, &bytes, bytes.count)
    guard count >= 0 else { throw refused(path, SystemError.text()) }
    return try parse(String(decoding: bytes.prefix(count), as: UTF8.self), path)
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
    let bytes = Array("key=\(key)\nsecret=\(secret)\n".utf8)
    guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
      let reason = SystemError.text()
      unlink(path)
      throw Fatal(.tryAgain, "unable to write \(path): \(reason): make room on the disk")
    }
  }

  private static func parse(_ text: String, _ path: String) throws(Fatal) -> Credentials {
    var values: [String: String] = [:]
    for (index, line) in text.split(separator: "\n").enumerated() {
      let line = line.drop(while: \.isWhitespace)
      if line.isEmpty || line.hasPrefix("#") { continue }
      let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, ["key", "secret"].contains(parts[0]), values[parts[0]] == nil else {
        throw refused(path, "line \(index + 1) is not key=… or secret=…")
      }
      values[parts[0]] = parts[1].trimmingCharacters(in: .whitespaces)
    }
    guard let key = values["key"], !key.isEmpty else { throw refused(path, "no line key=…") }
    guard let secret = values["secret"], let decoded = Data(base64Encoded: secret), !decoded.isEmpty
    else { throw refused(path, "no line secret=… in base64") }
    return Credentials(key: key, secret: secret)
  }

  private static func refused(_ path: String, _ reason: String) -> Fatal {
    Fatal(
      .badConfiguration,
      "unable to read credentials \(path): \(reason): "
        + "write the lines key=… and secret=… and chmod 600")
  }
}
