import Daemon

/// What can happen to the supervisor.
enum SupervisorEvent: Sendable {
  /// Begin with the first stage.
  case start
  case spawned(String, pid: Int32)
  /// No process came to be; `code` when trying again cannot help.
  case spawnFailed(String, reason: String, code: ExitCode?)
  case ready(String)
  case heartbeat(String, [String: String])
  /// The process is gone and has been reaped.
  case exited(String, ExitStatus)
  /// Time has passed.
  case timer
  /// The supervisor itself did not run for a while: silence until now means nothing.
  case wokeLate
  /// Stop everything, springs to sea, and leave.
  case drain
  /// The same at once, said by whoever repeats it.
  case stopNow
  case restart(String)
  /// Ends a stage and keeps it away, or brings it back.
  case stopStage(String)
  case startStage(String)
  /// The kill switch was pressed.
  case kill(PipelineStatus.Kill)
  /// A stage says that it knows.
  case killed(String)
}
