/// What `instance.json` in the run directory says about the running pipeline.
package struct Instance: Codable, Equatable, Sendable {
  package var stateDirectory: String
  package var runDirectory: String
  package var profile: Profile
  package var account: String
  package var build: String
  package var supervisorPID: Int32
  package var startedMilliseconds: Int64
  /// Process ids of the stages that run now.
  package var stages: [String: Int32]
  /// The same and the supervisor, told apart from later processes of the same ids.
  package var processes: [String: ProcessMark]?

  package init(
    stateDirectory: String, runDirectory: String, profile: Profile, account: String, build: String,
    supervisorPID: Int32, startedMilliseconds: Int64, stages: [String: Int32],
    processes: [String: ProcessMark]? = nil
  ) {
    self.stateDirectory = stateDirectory
    self.runDirectory = runDirectory
    self.profile = profile
    self.account = account
    self.build = build
    self.supervisorPID = supervisorPID
    self.startedMilliseconds = startedMilliseconds
    self.stages = stages
    self.processes = processes
  }

  enum CodingKeys: String, CodingKey {
    case stateDirectory = "state_dir"
    case runDirectory = "run_dir"
    case profile, account, build
    case supervisorPID = "supervisor_pid"
    case startedMilliseconds = "started_ms"
    case stages, processes
  }
}

/// Where the paper venue listens, as `venue.json` in the run directory says.
package struct VenueAddress: Codable, Equatable, Sendable {
  package var url: String
  package var admin: String
  package var pid: Int32

  package init(url: String, admin: String, pid: Int32) {
    self.url = url
    self.admin = admin
    self.pid = pid
  }
}

/// To whom a state directory belongs, as its `identity.json` says.
package struct Identity: Codable, Equatable, Sendable {
  package var account: String
  package var profile: Profile

  package init(account: String, profile: Profile) {
    self.account = account
    self.profile = profile
  }
}
