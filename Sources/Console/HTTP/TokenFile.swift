import Daemon
import Foundation

/// A secret of this process in a file that nobody else may read.
enum TokenFile {
  private static let bytes = 32

  /// The token in the file, which is made when it is missing.
  ///
  /// Throws what is wrong with a file that others could read, or that holds no token.
  static func readOrMake(_ path: String) throws(Fatal) -> String {
    if access(path, F_OK) != 0, errno == ENOENT { return try make(path) }
    return try read(path)
  }

  private static func make(_ path: String) throws(Fatal) -> String {
    let token = RandomToken.hexadecimal(try RandomToken.make(length: bytes))
    try AtomicFile.write(Array("\(token)\n".utf8), to: path, mode: 0o600, durable: true)
    return token
  }

  private static func read(_ path: String) throws(Fatal) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw refused(path, SystemError.text()) }
    defer { close(descriptor) }
    var information = stat()
    guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
      throw refused(path, "not a file")
    }
    guard information.st_uid == geteuid() else {
      throw refused(path, "it belongs to user \(information.st_uid)")
    }
    guard information.st_mode & 0o177 == 0 else {
      let mode = String(information.st_mode & 0o777, radix: 8)
      throw refused(path, "mode is 0\(mode), others could read it")
    }
    var bytes = [UInt8](repeating: 0, count: 1024)
    let count = Glibc.read(descriptor, &bytes, bytes.count)
    let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    guard (32...512).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else { throw refused(path, "it holds no token of 32 to 512 printable characters") }
    return text
  }

  private static func refused(_ path: String, _ reason: String) -> Fatal {
    Fatal(
      .badConfiguration,
      "unable to read token \(path): \(reason): remove it, a new one is made at the next start")
  }
}
