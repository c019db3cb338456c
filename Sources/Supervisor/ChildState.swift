/// Where one stage stands in its life.
enum ChildState: String, CaseIterable, Sendable {
  /// No process, and none wanted at the moment.
  case stopped
  /// A process lives that has not yet said it is ready.
  case starting
  case ready
  /// Asked over its lifeline to finish and leave.
  case draining
  /// Did not leave in time: SIGTERM is under way.
  case terminating
  /// Hung: SIGABRT is under way, for the core file.
  case aborting
  /// SIGKILL is under way; only the kernel can delay this.
  case killing
  /// Died, and comes back when its back-off is over.
  case backoff
  /// Died too often or cannot run as configured; comes back only when an operator says so.
  case failed

  /// Whether a process exists.
  var isAlive: Bool {
    switch self {
    case .starting, .ready, .draining, .terminating, .aborting, .killing: true
    case .stopped, .backoff, .failed: false
    }
  }

  /// The word `status` shows: every way of being ended is `draining`.
  var visible: String {
    switch self {
    case .terminating, .aborting, .killing: ChildState.draining.rawValue
    default: rawValue
    }
  }
}
