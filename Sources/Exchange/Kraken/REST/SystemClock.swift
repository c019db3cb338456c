import Domain
import Glibc

/// The clocks of this host.
enum SystemClock {
  /// The clock that machine times of every stage are read from.
  static func machine() -> MachineTime { MachineTime(nanoseconds: read(CLOCK_MONOTONIC)) }

  static func wall() -> WallTime { WallTime(milliseconds: read(CLOCK_REALTIME) / 1_000_000) }

  static func wallMicroseconds() -> Int64 { read(CLOCK_REALTIME) / 1000 }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    guard clock_gettime(clock, &time) == 0 else {
      fatalError("clock_gettime cannot fail for a clock every Linux has")
    }
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
