import Failpoint
import Foundation

/// Small files that are there whole or not at all.
package enum AtomicFile {
  /// Replaces the file at `path` by way of a temporary neighbour and rename(2).
  ///
  /// `durable` also waits for the disk; without it only a crash of the host can lose the new text.
  package static func write(
    _ bytes: some Collection<UInt8>, to path: String, mode: UInt32 = 0o600, durable: Bool = false
  ) throws(Fatal) {
    let temporary = "\(path).\(getpid()).new"
    let flags = O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC | O_NOFOLLOW
    let descriptor = open(temporary, flags, mode)
    guard descriptor >= 0 else { throw failure("create", temporary) }
    try pass(.daemonFileBefore, "create", temporary)
    var isInPlace = false
    defer {
      close(descriptor)
      if !isInPlace { unlink(temporary) }
    }
    let bytes = Array(bytes)
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count > 0 {
        written += count
      } else if errno != EINTR {
        throw failure("write", temporary)
      }
    }
    try pass(.daemonFileWritten, "write", temporary)
    if durable && fsync(descriptor) != 0 { throw failure("sync", temporary) }
    guard rename(temporary, path) == 0 else { throw failure("replace", path) }
    isInPlace = true
    if durable { try syncFolder(of: path) }
    failpoint(.daemonFileAfter)
  }

  /// The value as one JSON object, keys sorted, with a newline.
  package static func writeJSON(
    _ value: some Encodable, to path: String, durable: Bool = false
  ) throws(Fatal) {
    try write(JSONLine.encode(value) + [UInt8(ascii: "\n")], to: path, durable: durable)
  }

  /// The value in the file; nil when there is no file.
  package static func readJSON<Value: Decodable>(
    _ type: Value.Type, from path: String
  ) throws(Fatal) -> Value? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw failure("open", path)
    }
    close(descriptor)
    do {
      let data = try Data(contentsOf: URL(fileURLWithPath: path))
      return try JSONDecoder().decode(Value.self, from: data)
    } catch {
      throw Fatal(.tryAgain, "unable to read \(path): not what this build writes there: remove it")
    }
  }

  private static func syncFolder(of path: String) throws(Fatal) {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open", folder) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure("sync", folder) }
  }

  private static func pass(
    _ point: FailpointName, _ verb: String, _ path: String
  ) throws(Fatal) {
    let number = failpoint(point)
    guard number == 0 else {
      errno = number
      throw failure(verb, path)
    }
  }

  private static func failure(_ verb: String, _ path: String) -> Fatal {
    Fatal(.tryAgain, "unable to \(verb) \(path): \(SystemError.text()): check disk and permissions")
  }
}
