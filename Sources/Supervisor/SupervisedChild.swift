import Daemon

/// What the supervisor knows about one stage.
struct SupervisedChild: Sendable {
  static let abortPatience: Int64 = 200_000_000
  static let terminatePatience: Int64 = 1_000_000_000

  let name: String
  /// Whether nothing waits for it and its end halts no trading.
  let isBystander: Bool
  private(set) var state: ChildState = .stopped
  /// Machine time at which `state` was entered.
  private(set) var since: Int64 = 0
  var generation: UInt64 = 0
  var pid: Int32?
  var restarts = 0
  /// Machine time of the last sign of life, or of the start.
  var lastHeard: Int64 = 0
  var readySince: Int64?
  var status: [String: String] = [:]
  /// Whether it has been ready once, or has said what it waits for: the next one may start.
  var hasAnswered = false
  /// Whether the operator wants it back after it has left.
  var comesBack = false
  /// Whether the operator wants it to stay away until he starts it.
  var isHeldDown = false
  var backoffUntil: Int64 = 0
  var policy = RestartPolicy()

  init(name: String, isBystander: Bool = false) {
    self.name = name
    self.isBystander = isBystander
  }

  mutating func enter(_ state: ChildState, now: Int64) {
    self.state = state
    since = now
  }

  /// Whether the start of the next stage waits for this one.
  var isAwaited: Bool { !isBystander && !hasAnswered && !isHeldDown }

  /// When the present state must end if nothing happens before.
  func deadline(_ settings: SupervisorSettings) -> Int64? {
    switch state {
    case .stopped, .failed, .killing: nil
    case .starting: lastHeard + settings.startTimeoutMilliseconds * 1_000_000
    case .ready: lastHeard + settings.heartbeatTimeoutMilliseconds * 1_000_000
    case .draining: since + settings.drainTimeoutMilliseconds * 1_000_000
    case .terminating: since + Self.terminatePatience
    case .aborting: since + Self.abortPatience
    case .backoff: backoffUntil
    }
  }
}
