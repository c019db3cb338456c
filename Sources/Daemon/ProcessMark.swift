import CLinux
import Glibc

/// One process, told apart from every later one of the same id.
package struct ProcessMark: Codable, Equatable, Hashable, Sendable {
  package let pid: Int32
  /// When the kernel started it, in clock ticks since the host's boot.
  package let start: UInt64

  /// The process that has this id now; nil when there is none.
  package init?(pid: Int32) {
    guard let start = Self.running(pid) else { return nil }
    self.pid = pid
    self.start = start
  }

  package init(pid: Int32, start: UInt64) {
    self.pid = pid
    self.start = start
  }

  /// Whether it still runs; one that is dead and not yet waited for does not.
  package var isAlive: Bool { Self.running(pid) == start }

  /// Ends it with SIGKILL; false when it is gone, whoever has its id now.
  package func kill() -> Bool {
    let descriptor = il_pidfd_open(pid)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    // The descriptor holds on to the process it was opened for: a look after it decides.
    guard isAlive else { return false }
    return il_pidfd_send_signal(descriptor, SIGKILL) == 0
  }

  /// Start of the process from `/proc/PID/stat`, whose second field may hold any byte.
  private static func running(_ pid: Int32) -> UInt64? {
    let descriptor = open("/proc/\(pid)/stat", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1024)
    let count = read(descriptor, &bytes, bytes.count)
    guard count > 0, let name = bytes[..<count].lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = String(decoding: bytes[(name + 1)..<count], as: UTF8.self).split(separator: " ")
    guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
    return UInt64(fields[19])
  }
}
