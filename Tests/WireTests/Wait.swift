import Domain
import Glibc

@testable import Wire

/// Bounded waiting for something that sockets bring about.
enum Wait {
  private static let boundMilliseconds: Int64 = 20_000

  static func now() -> MachineTime {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return MachineTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  /// Returns when `isDone` is true and throws when that takes too long.
  ///
  /// It is asked again whenever a socket has something, and every few milliseconds.
  static func until(_ sockets: [SocketHandle], _ isDone: () throws -> Bool) throws {
    let end = now().advanced(byMilliseconds: boundMilliseconds)
    let poller = Poller()
    while now() < end {
      if try isDone() { return }
      let before = now()
      _ = try poller.wait(
        sockets: sockets, descriptors: [], until: before.advanced(byMilliseconds: 5), now: before)
    }
    throw NeverHappened()
  }

  struct NeverHappened: Error {}
}
