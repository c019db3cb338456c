import CLinux
import Daemon
import Glibc

/// Keeps the log from filling the disk where it is a file that we and every stage append to.
///
/// A log that has grown past its bound is emptied; its end is kept as `….1`. Under a service
/// manager the log is no file, and the bound is the manager's.
final class LogBound {
  static let longest: off_t = 64 * 1024 * 1024
  private static let keptTail: off_t = 8 * 1024 * 1024
  private static let interval: Int64 = 1_000_000_000

  private let descriptor: Int32
  private let path: String?
  private var nextLook: Int64 = 0

  /// The bound of what `descriptor` writes to: standard error unless a test says otherwise.
  init(_ descriptor: Int32 = STDERR_FILENO) {
    self.descriptor = descriptor
    var information = stat()
    guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG,
      let resolved = realpath("/proc/self/fd/\(descriptor)", nil)
    else {
      path = nil
      return
    }
    defer { free(resolved) }
    path = String(cString: resolved)
    // Who else writes shares this description: after it is emptied all go on at its new end.
    let flags = fcntl(descriptor, F_GETFL)
    if flags >= 0 { _ = fcntl(descriptor, F_SETFL, flags | O_APPEND) }
  }

  func service(now: Int64, _ log: Log) {
    guard let path, now >= nextLook else { return }
    nextLook = now + Self.interval
    var information = stat()
    guard fstat(descriptor, &information) == 0, information.st_size > Self.longest else { return }
    let isKept = keepTail(path, from: information.st_size - Self.keptTail)
    guard ftruncate(descriptor, 0) == 0 else {
      log.error("log not bounded", ["reason": SystemError.text()])
      return
    }
    log.warning(
      "log emptied, it had grown past its bound",
      ["bytes": "\(information.st_size)", "tail": isKept ? "\(path).1" : "not kept"])
  }

  private func keepTail(_ path: String, from start: off_t) -> Bool {
    let source = open(path, O_RDONLY | O_CLOEXEC)
    let target = open("\(path).1", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    defer {
      if source >= 0 { close(source) }
      if target >= 0 { close(target) }
    }
    guard source >= 0, target >= 0, lseek(source, start, SEEK_SET) == start else { return false }
    var buffer = [UInt8](repeating: 0, count: 256 * 1024)
    var left = Int(Self.keptTail)
    while left > 0 {
      let count = read(source, &buffer, min(left, buffer.count))
      guard count > 0 else { return count == 0 }
      guard write(target, buffer, count) == count else { return false }
      left -= count
    }
    return true
  }
}
