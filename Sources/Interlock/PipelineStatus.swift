import Daemon
import Foundation

/// What the supervisor answers to `status`.
struct PipelineStatus: Codable, Equatable {
  struct Stage: Codable, Equatable {
    var name: String
    var pid: Int32?
    var state: String
    var generation: UInt64
    var restarts: Int
    var heartbeatAgeMilliseconds: Int64?
    var status: [String: String]

    enum CodingKeys: String, CodingKey {
      case name, pid, state, generation, restarts, status
      case heartbeatAgeMilliseconds = "heartbeat_age_ms"
    }
  }

  var profile: Profile
  var account: String
  var build: String
  var pid: Int32
  var uptimeSeconds: Int64
  /// `starting`, `running`, `halted` or `draining`.
  var state: String
  var alerts: [String]
  var stages: [Stage]

  enum CodingKeys: String, CodingKey {
    case profile, account, build, pid, state, alerts, stages
    case uptimeSeconds = "uptime_s"
  }

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
