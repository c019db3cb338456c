import Foundation
import Synchronization

/// Lets one thread sleep until a moment, or until another wakes it.
final class Wake: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)
  private let isSignalled = Atomic<Bool>(false)

  func signal() {
    if !isSignalled.exchange(true, ordering: .acquiringAndReleasing) { semaphore.signal() }
  }

  /// `moment` is in nanoseconds of the monotonic clock.
  func wait(until moment: Int64) {
    let left = moment - Int64(DispatchTime.now().uptimeNanoseconds)
    guard left > 0 else {
      _ = isSignalled.exchange(false, ordering: .acquiringAndReleasing)
      return
    }
    _ = semaphore.wait(timeout: .now() + .nanoseconds(Int(left)))
    isSignalled.store(false, ordering: .releasing)
  }
}
