import Archive
import Daemon
import Domain
import Glibc

/// Waits as long as passed between messages when they came.
struct ReplayPace {
  private let speed: Double?
  private var life: UInt64?
  private var origin: (recorded: Int64, here: Int64) = (0, 0)

  init(speed: Double?) {
    self.speed = speed
  }

  /// Returns when it is time for `message`; the first one of a life comes at once.
  mutating func wait(for message: RecordedMessage) {
    guard let speed else { return }
    guard message.life == life else {
      life = message.life
      origin = (message.machine.nanoseconds, Clock.machineNanoseconds())
      return
    }
    let passed = Double(message.machine.nanoseconds - origin.recorded) / speed
    // A century: what a damaged stamp asks for must still fit the clock.
    let due = origin.here + Int64(min(max(0, passed), 3e18))
    while true {
      let left = due - Clock.machineNanoseconds()
      guard left > 0 else { return }
      var time = timespec(tv_sec: Int(left / 1_000_000_000), tv_nsec: Int(left % 1_000_000_000))
      nanosleep(&time, nil)
    }
  }
}
