import CLinux
import Glibc

/// The two clocks of this machine.
///
/// Machine time is monotonic and rules timers inside one process life; wall time names moments that
/// another process or another day must understand. They never mix.
package enum Clock {
  /// Nanoseconds of the monotonic clock of this boot.
  package static func machineNanoseconds() -> Int64 {
    read(CLOCK_MONOTONIC)
  }

  /// Milliseconds since 1970 UTC.
  package static func wallMilliseconds() -> Int64 {
    read(CLOCK_REALTIME) / 1_000_000
  }

  /// Whether something keeps this machine's wall clock right; nil when the kernel does not say.
  package static var isSynchronised: Bool? {
    let answer = il_clock_is_synchronised()
    return answer < 0 ? nil : answer == 1
  }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    guard clock_gettime(clock, &time) == 0 else {
      fatalError("clock_gettime cannot fail for a clock every Linux has")
    }
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
