import CLinux
import Daemon
import Glibc

/// Tells systemd how the service is, by the datagrams of sd_notify(3).
struct ServiceNotifier {
  private let address: [UInt8]?
  /// Whether nobody listens.
  var isSilent: Bool { address == nil }
  /// How often `WATCHDOG=1` is due in nanoseconds; nil when nobody waits for it.
  let watchdogInterval: Int64?

  /// From NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID; without the first it says nothing.
  init(environment: [String: String], pid: Int32) {
    let path = environment["NOTIFY_SOCKET"].map { Array($0.utf8) } ?? []
    guard path.first == UInt8(ascii: "/") || path.first == UInt8(ascii: "@"), path.count <= 107
    else {
      address = nil
      watchdogInterval = nil
      return
    }
    // A leading @ stands for the zero byte of an abstract address.
    address = path.first == UInt8(ascii: "@") ? [0] + path.dropFirst() : path
    let isMeant = environment["WATCHDOG_PID"].map { $0 == "\(pid)" } ?? true
    watchdogInterval = environment["WATCHDOG_USEC"].flatMap(Int64.init)
      .flatMap { isMeant && $0 > 0 && $0 < 86_400_000_000 ? $0 * 1000 / 2 : nil }
  }

  /// Sends for example `READY=1`; a service manager that does not listen is not our problem.
  func send(_ text: String) {
    guard let path = address else { return }
    let descriptor = socket(
      AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
    let bytes = Array(text.utf8)
    _ = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT), $0, length)
      }
    }
  }
}
