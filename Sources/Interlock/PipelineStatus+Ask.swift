import Daemon

extension PipelineStatus {
  /// Asks the supervisor of the run directory.
  static func ask(
    _ runDirectory: String, timeoutMilliseconds: Int64 = 2000
  ) throws(Fatal) -> PipelineStatus {
    let path = RunFiles(runDirectory).controlSocket("supervisor")
    let answer = try ControlClient(socket: path, timeoutMilliseconds: timeoutMilliseconds)
      .ask("status")
    guard let status = JSONLine.decode(PipelineStatus.self, Array(answer.utf8)) else {
      throw Fatal(.internalError, "unable to read the status in \(path): another build's")
    }
    return status
  }

  func stage(_ name: String) -> Stage? { stages.first { $0.name == name } }

  /// A word of a stage's last heartbeat.
  func word(_ stage: String, _ key: String) -> String? { self.stage(stage)?.status[key] }
}
