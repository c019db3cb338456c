import Failpoint
import Glibc

/// A file of lines that only grows: evidence that survives the process that wrote it.
///
/// 1. A line is one write(2) with O_APPEND, done when `append` returns: SIGKILL cannot take it
///    back.
/// 2. A torn last line, left by a full disk, is ended when the file is opened again, so that it
///    spoils no line after it.
package final class AppendOnlyFile {
  package let path: String
  private let descriptor: Int32

  package init(_ path: String) throws(Fatal) {
    try Folder.makeParent(of: path)
    let flags = O_CREAT | O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW
    descriptor = open(path, flags, 0o600)
    guard descriptor >= 0 else {
      throw Fatal(
        SystemError.exitCode(errno),
        "unable to open \(path): \(SystemError.text()): make it writable for this user")
    }
    self.path = path
    try endTornLine()
  }

  deinit { close(descriptor) }

  /// Adds `line`, which holds no newline, and the newline.
  package func append(_ line: String) throws(Fatal) {
    let bytes = Array(line.utf8) + [UInt8(ascii: "\n")]
    var count: Int
    let pretended = failpoint(.daemonAppendBefore)
    repeat {
      errno = pretended
      count = pretended == 0 ? Glibc.write(descriptor, bytes, bytes.count) : -1
    } while count < 0 && errno == EINTR
    guard count == bytes.count else {
      let reason = count < 0 ? SystemError.text() : "only \(count) of \(bytes.count) bytes fitted"
      throw Fatal(.internalError, "unable to append to \(path): \(reason): make room on the disk")
    }
    failpoint(.daemonAppendAfter)
  }

  /// Bytes in the file.
  package var size: Int64 {
    get throws(Fatal) {
      let size = lseek(descriptor, 0, SEEK_END)
      guard size >= 0 else {
        throw Fatal(.internalError, "unable to size \(path): \(SystemError.text()): check the disk")
      }
      return Int64(size)
    }
  }

  private func endTornLine() throws(Fatal) {
    let size = lseek(descriptor, 0, SEEK_END)
    guard size > 0 else { return }
    var last: UInt8 = 0
    guard pread(descriptor, &last, 1, size - 1) == 1 else {
      throw Fatal(.internalError, "unable to read \(path): \(SystemError.text()): check the disk")
    }
    if last != UInt8(ascii: "\n") { try append("") }
  }
}
