/// What the supervisor answers to `status` on its control socket; both ends speak this type.
package struct PipelineStatus: Codable, Equatable, Sendable {
  package struct Stage: Codable, Equatable, Sendable {
    package var name: String
    package var pid: Int32?
    package var state: String
    package var generation: UInt64
    package var restarts: Int
    package var heartbeatAgeMilliseconds: Int64?
    package var status: [String: String]

    package init(
      name: String, pid: Int32?, state: String, generation: UInt64, restarts: Int,
      heartbeatAgeMilliseconds: Int64?, status: [String: String]
    ) {
      self.name = name
      self.pid = pid
      self.state = state
      self.generation = generation
      self.restarts = restarts
      self.heartbeatAgeMilliseconds = heartbeatAgeMilliseconds
      self.status = status
    }

    enum CodingKeys: String, CodingKey {
      case name, pid, state, generation, restarts, status
      case heartbeatAgeMilliseconds = "heartbeat_age_ms"
    }
  }

  /// A strategy that is a program of its own.
  package struct Program: Codable, Equatable, Sendable {
    package var name: String
    package var pid: Int32?
    /// `running`, `backoff` or `failed`.
    package var state: String
    package var generation: UInt64
    /// Which walls it runs without; nil when all stand.
    package var missing: String?

    package init(name: String, pid: Int32?, state: String, generation: UInt64, missing: String?) {
      self.name = name
      self.pid = pid
      self.state = state
      self.generation = generation
      self.missing = missing
    }
  }

  /// The last press of the kill switch that the supervisor was told of.
  package struct Kill: Codable, Equatable, Sendable {
    package var by: String
    package var reason: String
    package var scope: String
    /// Stages that have said that they know.
    package var acknowledged: [String] = []
    /// Stages that have not yet.
    package var waiting: [String] = []
    /// Stages that ended before they said so.
    package var ended: [String] = []

    package init(by: String, reason: String, scope: String) {
      self.by = by
      self.reason = reason
      self.scope = scope
    }
  }

  package var profile: Profile
  package var account: String
  package var build: String
  package var pid: Int32
  package var uptimeSeconds: Int64
  /// `starting`, `running`, `halted` or `draining`.
  package var state: String
  /// What an operator must hear first; empty when all is well.
  package var alerts: [String]
  package var stages: [Stage]
  package var programs: [Program]?
  package var kill: Kill?

  enum CodingKeys: String, CodingKey {
    case profile, account, build, pid, state, alerts, stages, programs, kill
    case uptimeSeconds = "uptime_s"
  }

  package init(
    profile: Profile, account: String, build: String, pid: Int32, uptimeSeconds: Int64,
    state: String, alerts: [String], stages: [Stage], programs: [Program]? = nil, kill: Kill? = nil
  ) {
    self.profile = profile
    self.account = account
    self.build = build
    self.pid = pid
    self.uptimeSeconds = uptimeSeconds
    self.state = state
    self.alerts = alerts
    self.stages = stages
    self.programs = programs
    self.kill = kill
  }
}
