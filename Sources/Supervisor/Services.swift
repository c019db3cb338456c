import Daemon

/// The files that few may read: the trading key its holders, the addresses of alerts the alerter.
struct SecretPaths: Sendable {
  let key: String
  let alerts: String?

  init(_ options: StageOptions, _ configuration: Configuration) throws(Fatal) {
    key = try options.keyPath()
    alerts = configuration.alerts.secretsFile
  }

  var all: [String] { [key] + [alerts].compactMap(\.self) }
}

/// One stage as the supervisor starts it.
struct Service: Sendable {
  /// Name of the stage and of its executable.
  let name: String
  /// Whether the profile needs it.
  private let belongs: @Sendable (Profile) -> Bool
  /// Whether it is told where the trading key is; the others are told to give up reading it.
  let holdsKey: Bool
  /// Whether nothing waits for it and nothing stops without it: it shows and tells, and its end
  /// halts no trading.
  let isBystander: Bool
  /// Whether it starts before those that trade, to tell of them.
  let isForerunner: Bool
  /// Whether the configuration gives it something to do.
  private let isWanted: @Sendable (Configuration) -> Bool
  /// What it is told beyond what every stage is told.
  let flags: @Sendable (StageOptions) -> [String]

  private init(
    _ name: String, in belongs: @escaping @Sendable (Profile) -> Bool = { _ in true },
    holdsKey: Bool = false,
    bystander: Bool = false,
    forerunner: Bool = false,
    if isWanted: @escaping @Sendable (Configuration) -> Bool = { _ in true },
    flags: @escaping @Sendable (StageOptions) -> [String] = { _ in [] }
  ) {
    self.name = name
    self.belongs = belongs
    self.holdsKey = holdsKey
    self.isWanted = isWanted
    isBystander = bystander || forerunner
    isForerunner = forerunner
    self.flags = flags
  }

  /// Every stage, from the sea to the springs: the order in which they start.
  ///
  /// Who tells people is there before all others and leaves after them, and is waited for by none.
  static let all: [Service] = [
    Service("alerter", forerunner: true, if: \.alerts.isConfigured),
    Service("paper-venue", in: \.usesPaperVenue, holdsKey: true, flags: venueFlags),
    Service("order-router", holdsKey: true),
    Service("risk-gate", flags: strategyFlags),
    Service("signal-service", flags: strategyFlags),
    Service("market-data"),
    Service("tap-relay"),
    Service("console", bystander: true, if: \.console.isEnabled),
  ]

  /// The gate lets no other strategy propose.
  private static func strategyFlags(_ options: StageOptions) -> [String] {
    options.strategies.flatMap { ["--strategy", $0] }
  }

  /// Whether it is a stage of such a pipeline.
  func runs(_ options: StageOptions, _ configuration: Configuration) -> Bool {
    belongs(options.profile) && isWanted(configuration) && !isReplaced(options)
  }

  /// Whether programs stand in its place: they are named on the command line and no strategy is.
  private func isReplaced(_ options: StageOptions) -> Bool {
    name == "signal-service" && options.strategies.isEmpty && !options.strategyPrograms.isEmpty
  }

  /// The complete argument list of the process, without its own name.
  func arguments(
    _ options: StageOptions, _ secrets: SecretPaths, supervisor: Int32
  ) throws(Fatal) -> [String] {
    var arguments = [
      "--run-dir", try options.requireRunDirectory(),
      "--state-dir", try options.requireStateDirectory(), "--profile", options.profile.rawValue,
      "--account", options.account, "--parent", "\(supervisor)",
      "--log-level", options.logLevel.rawValue, "--log-format", options.logFormat.rawValue,
    ]
    if let path = options.configurationPath { arguments += ["--config", path] }
    arguments += [holdsKey ? "--secret-file" : "--hide", secrets.key]
    // A holder of the key has no Landlock to hide anything with.
    if let alerts = secrets.alerts, !holdsKey, name != "alerter" {
      arguments += ["--hide", alerts]
    }
    return arguments + flags(options)
  }

  private static let venueFlags: @Sendable (StageOptions) -> [String] = { options in
    var flags = options.markets.flatMap { ["--market", $0] }
    if let speed = options.speed { flags += ["--speed", "\(speed)"] }
    return flags
  }
}
