import Glibc
import Synchronization

/// The armed points of this process; none unless `arm` was called.
package enum Failpoints {
  /// The variable of the environment that holds a specification; children inherit it.
  package static let variable = "INTERLOCK_FAILPOINTS"

  /// All that a point asks while nothing is armed: one relaxed load.
  fileprivate static let isArmed = Atomic<Bool>(false)

  private struct State {
    var plans: [FailpointPlan] = []
    var hits: [FailpointName: UInt64] = [:]
  }

  private static let state = Mutex(State())

  /// Arms what `specification` says of `stage` in its life `generation`, and returns that.
  package static func arm(
    _ specification: String, stage: String, generation: UInt64
  ) throws(FailpointError) -> [FailpointPlan] {
    let plans = try FailpointPlan.parse(specification).filter { plan in
      (plan.stage ?? stage) == stage && (plan.generation ?? generation) == generation
    }
    state.withLock { state in state = State(plans: plans) }
    isArmed.store(!plans.isEmpty, ordering: .relaxed)
    return plans
  }

  package static func disarm() {
    state.withLock { state in state = State() }
    isArmed.store(false, ordering: .relaxed)
  }

  /// How often `point` was passed since something was armed.
  package static func hits(_ point: FailpointName) -> UInt64 {
    state.withLock { state in state.hits[point] ?? 0 }
  }

  @inline(never)
  fileprivate static func pass(_ point: FailpointName) -> Int32 {
    let actions = state.withLock { state -> [FailAction] in
      let hit = (state.hits[point] ?? 0) + 1
      state.hits[point] = hit
      return state.plans.filter { $0.point == point && ($0.hit ?? hit) == hit }.map(\.action)
    }
    var failure: Int32 = 0
    for action in actions { failure = perform(action, at: point) ?? failure }
    return failure
  }

  private static func perform(_ action: FailAction, at point: FailpointName) -> Int32? {
    say("failpoint \(point.rawValue): \(action) pid=\(getpid())\n")
    switch action {
    case .kill:
      kill(getpid(), SIGKILL)
      // A signal to oneself is delivered before kill returns, but only to one of the threads.
      while true { pause() }
    case .abort: Glibc.abort()
    case .stop(let milliseconds): stop(milliseconds)
    case .delay(let milliseconds): sleep(milliseconds)
    case .fail(let number): return number
    }
    return nil
  }

  /// Stops the process; a timer of the kernel, which runs on, sends what wakes it.
  private static func stop(_ milliseconds: Int64) {
    var event = sigevent()
    event.sigev_notify = Int32(SIGEV_SIGNAL)
    event.sigev_signo = SIGCONT
    var timer: timer_t?
    var time = itimerspec()
    time.it_value.tv_sec = time_t(milliseconds / 1000)
    time.it_value.tv_nsec = Int(milliseconds % 1000) * 1_000_000
    // The first timer of a process is number 0, which Swift takes for nil.
    guard timer_create(CLOCK_MONOTONIC, &event, &timer) == 0,
      timer_settime(timer, 0, &time, nil) == 0
    else {
      say("failpoint: unable to set a timer: the process would never wake: going on\n")
      return
    }
    raise(SIGSTOP)
    timer_delete(timer)
  }

  private static func sleep(_ milliseconds: Int64) {
    var wanted = timespec(
      tv_sec: time_t(milliseconds / 1000), tv_nsec: Int(milliseconds % 1000) * 1_000_000)
    var rest = timespec()
    while nanosleep(&wanted, &rest) != 0 && errno == EINTR { wanted = rest }
  }

  private static func say(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }
}

/// A place where a test may end, stop, delay or fail this process; nothing at all otherwise.
///
/// Returns 0, or the number of errno that the call standing there is to fail with.
@discardableResult
package func failpoint(_ point: FailpointName) -> Int32 {
  guard Failpoints.isArmed.load(ordering: .relaxed) else { return 0 }
  return Failpoints.pass(point)
}
