import CLinux
import Failpoint
import Glibc

/// A lock on a file, held until this value or the process goes; the file names the holder.
///
/// An open-file-description lock: the kernel lets go of it however the process ends, and a child
/// cannot drop it by closing a descriptor of its own. The file itself is never removed, so two
/// processes can never hold locks on two files of one name.
package final class FileLock {
  private let descriptor: Int32

  /// Takes the lock or throws `tryAgain` with the holder's process id.
  package init(_ path: String, remedy: String) throws(Fatal) {
    descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      throw Fatal(
        SystemError.exitCode(errno),
        "unable to open \(path): \(SystemError.text()): make it writable for this user")
    }
    let pretended = failpoint(.daemonLockBefore)
    errno = pretended
    guard pretended == 0, il_lock_exclusively(descriptor) == 0 else {
      let reason = errno
      let holder = Self.holder(descriptor)
      guard reason == EAGAIN || reason == EACCES else {
        throw Fatal(
          SystemError.exitCode(reason),
          "unable to lock \(path): \(SystemError.text(reason)): use a local file system")
      }
      throw Fatal(.tryAgain, "unable to lock \(path): \(holder) holds it: \(remedy)")
    }
    failpoint(.daemonLockAfter)
    let name = Array("\(getpid())\n".utf8)
    guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, name, name.count, 0) == name.count
    else {
      throw Fatal(
        SystemError.exitCode(errno),
        "unable to write \(path): \(SystemError.text()): make room on the disk")
    }
  }

  deinit { close(descriptor) }

  private static func holder(_ descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    guard let pid = Int32(text.prefix { $0 != "\n" }) else { return "another process" }
    return "process \(pid)"
  }
}
