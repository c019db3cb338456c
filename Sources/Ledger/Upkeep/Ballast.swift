import Failpoint
import Glibc

/// A file of allocated but unused bytes beside the ledger, given back when the disk is full.
final class Ballast {
  let path: String
  private let bytes: Int64

  init(path: String, bytes: Int64) {
    self.path = path
    self.bytes = bytes
  }

  var isThere: Bool {
    var information = stat()
    // Blocks, not the length: a file with a hole reserves nothing.
    return stat(path, &information) == 0 && Int64(information.st_blocks) * 512 >= bytes
  }

  /// Whether there is one of any size: it is made after the ledger it belongs to.
  var isAnyThere: Bool { access(path, F_OK) == 0 }

  /// Allocates the bytes; a disk that turns out to be too full leaves no half of it behind.
  func make() throws(LedgerError) {
    guard failpoint(.ledgerBallastBefore) == 0 else { throw .unusable("ballast: failpoint") }
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw failure("open", errno) }
    defer { close(descriptor) }
    let result = posix_fallocate(descriptor, 0, off_t(bytes))
    guard result == 0 else {
      unlink(path)
      throw failure("allocate", result)
    }
    guard fsync(descriptor) == 0 else { throw failure("sync", errno) }
    failpoint(.ledgerBallastAfter)
  }

  func release() throws(LedgerError) {
    guard failpoint(.ledgerBallastBefore) == 0 else { throw .unusable("ballast: failpoint") }
    guard unlink(path) == 0 || errno == ENOENT else { throw failure("remove", errno) }
    failpoint(.ledgerBallastAfter)
  }

  /// Bytes free to this user on the file system of `path`; nil when it does not say.
  static func free(at path: String) -> Int64? {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    var information = statvfs()
    guard statvfs(folder.isEmpty ? "/" : folder, &information) == 0 else { return nil }
    return Int64(clamping: UInt64(information.f_bavail) * UInt64(information.f_frsize))
  }

  private func failure(_ verb: String, _ number: Int32) -> LedgerError {
    .unusable("unable to \(verb) \(path): \(String(cString: strerror(number)))")
  }
}
