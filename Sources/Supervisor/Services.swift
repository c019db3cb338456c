import Daemon

/// One stage as the supervisor starts it.
struct Service: Sendable {
  /// Name of the stage and of its executable.
  let name: String
  /// Whether the profile needs it.
  let belongs: @Sendable (Profile) -> Bool
  /// What it is told beyond what every stage is told.
  let flags: @Sendable (StageOptions) -> [String]

  private init(
    _ name: String, in belongs: @escaping @Sendable (Profile) -> Bool = { _ in true },
    flags: @escaping @Sendable (StageOptions) -> [String] = { _ in [] }
  ) {
    self.name = name
    self.belongs = belongs
    self.flags = flags
  }

  /// Every stage, from the sea to the springs: the order in which they start.
  static let all: [Service] = [
    Service("paper-venue", in: \.usesPaperVenue, flags: venueFlags),
    Service("order-router"),
    Service("risk-gate", flags: strategyFlags),
    Service("signal-service", flags: strategyFlags),
    Service("market-data"),
    Service("tap-relay"),
  ]

  /// The gate lets no other strategy propose.
  private static func strategyFlags(_ options: StageOptions) -> [String] {
    options.strategies.flatMap { ["--strategy", $0] }
  }

  /// Whether programs stand in its place: they are named on the command line and no strategy is.
  func isReplaced(_ options: StageOptions) -> Bool {
    name == "signal-service" && options.strategies.isEmpty && !options.strategyPrograms.isEmpty
  }

  /// The complete argument list of the process, without its own name.
  func arguments(_ options: StageOptions, supervisor: Int32) throws(Fatal) -> [String] {
    var arguments = [
      "--run-dir", try options.requireRunDirectory(),
      "--state-dir", try options.requireStateDirectory(), "--profile", options.profile.rawValue,
      "--account", options.account, "--parent", "\(supervisor)",
      "--log-level", options.logLevel.rawValue,
    ]
    if let path = options.configurationPath { arguments += ["--config", path] }
    return arguments + flags(options)
  }

  private static let venueFlags: @Sendable (StageOptions) -> [String] = { options in
    var flags = options.markets.flatMap { ["--market", $0] }
    if let speed = options.speed { flags += ["--speed", "\(speed)"] }
    if let file = options.secretFile ?? options.stateDirectory.map({ "\($0)/venue-credentials" }) {
      flags += ["--secret-file", file]
    }
    return flags
  }
}
