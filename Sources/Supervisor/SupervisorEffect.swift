import Daemon

/// What the supervisor's machine wants done.
enum SupervisorEffect: Equatable, Sendable {
  case spawn(String, generation: UInt64)
  case tell(String, LifelinePacket.Kind)
  /// The same with more to say.
  case send(String, LifelinePacket)
  case signal(String, Int32)
  /// Stop all trading until a person acknowledges it.
  case pressLatch(reason: String)
  /// People are to be told.
  case alert(AlertEvent, String, String)
  /// The processes changed: write `instance.json`.
  case recordInstance
  /// Every stage has been ready: tell the service manager.
  case announceReady
  case announceStopping
  case log(Note)
  case end(ExitCode)
}

/// A line for the log.
struct Note: Equatable, Sendable {
  let level: LogLevel
  let message: String
  let stage: String
  let detail: String
}
