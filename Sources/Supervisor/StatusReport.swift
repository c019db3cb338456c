import Daemon

/// What `status` on the supervisor's control socket answers.
struct StatusReport: Codable, Equatable {
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
  var state: String
  /// What an operator must hear first; empty when all is well.
  var alerts: [String]
  var stages: [Stage]

  enum CodingKeys: String, CodingKey {
    case profile, account, build, pid, state, alerts, stages
    case uptimeSeconds = "uptime_s"
  }

  init(_ machine: SupervisorMachine, _ instance: Instance, started: Int64, now: Int64) {
    profile = instance.profile
    account = instance.account
    build = instance.build
    pid = instance.supervisorPID
    uptimeSeconds = (now - started) / 1_000_000_000
    state = machine.state
    alerts = machine.children.filter { $0.state == .failed }.map { child in
      "HALTED: \(child.name) has failed and is not restarted: read its log, then restart it"
    }
    stages = machine.children.map { child in
      Stage(
        name: child.name, pid: child.pid, state: child.state.visible,
        generation: child.generation, restarts: child.restarts,
        heartbeatAgeMilliseconds: child.state.isAlive
          ? max(0, (now - child.lastHeard) / 1_000_000) : nil,
        status: child.status)
    }
  }
}
