/// What an operator is told about at once, each with a switch of its own.
package enum AlertEvent: String, CaseIterable, Codable, Sendable {
  /// A stage ended by itself; it is started again.
  case stageDied = "stage_died"
  /// A stage did not answer and is ended.
  case stageHung = "stage_hung"
  /// A stage cannot run as configured and stays away.
  case stageFailed = "stage_failed"
  /// A stage died too often: the latch is set.
  case breaker
  /// The kill switch was pressed, by whomever.
  case killSwitch = "kill_switch"
  /// A stage has something to say that cannot wait: a held order, a position without its stop.
  case stageAlert = "stage_alert"
  /// The supervisor itself is gone; said by the service manager.
  case supervisorFailed = "supervisor_failed"
  /// Asked for with `interlock alert test`; it has no switch.
  case test

  /// Whether many of it in a short time are told as one.
  package var isRepetitive: Bool { self == .stageDied || self == .stageHung }

  /// The names a switch may have.
  package static let switchable = allCases.filter { $0 != .test }.map(\.rawValue)
}
