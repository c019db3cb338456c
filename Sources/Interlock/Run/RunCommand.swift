import ArgumentParser
import Daemon

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Start the pipeline and stay in the foreground with a live view.",
    discussion: """
      The demo profile trades on the paper venue: recorded candles with --market, a generated \
      market without. The paper profile trades there on the real venue's public market, as it is \
      now; no key is needed and no order leaves this machine. The live profile sends orders to the \
      real venue: it is refused without --i-understand-this-trades-real-money, without a key, and \
      while a row of `interlock doctor` fails. Ctrl-C drains and leaves positions with their stops.
      Exit codes: 0 drained, 1 the summary shows a duplicate, a lost intent or an unprotected \
      position, 64 misuse, 70 internal, 75 not ready in 180 s or another pipeline holds the state, \
      78 bad configuration.
      Example: interlock run --for 60s --summary out.json
      """)

  @OptionGroup var directory: RunDirectoryOption

  @Option(
    help: ArgumentHelp(
      "Folder of everything that must survive (default: $STATE_DIRECTORY under systemd, "
        + "$XDG_STATE_HOME/interlock, else ~/.local/state/interlock).", valueName: "folder"))
  var stateDir: String?

  @Option(help: "What to trade against: demo, paper, or live, which is real money.")
  var profile: String = Profile.demo.rawValue

  @Option(help: "Name of the account the state belongs to.") var account: String = "demo"

  @Option(
    help: ArgumentHelp(
      "File of key and secret, mode 0600, outside the state folder, which only order-router reads "
        + "(default: none; live only).", valueName: "file"))
  var secretFile: String?

  @Flag(help: "Say that live trades real money, without which it is refused.")
  var iUnderstandThisTradesRealMoney = false

  @Option(
    help: ArgumentHelp(
      "Configuration file (default: none, every default holds).", valueName: "file")) var config:
    String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Market files and folders to replay.", valueName: "path"))
  var market: [String] = []

  @Option(
    help: ArgumentHelp(
      "Market seconds a wall second, above 0 (default: 60, demo only).", valueName: "factor"))
  var speed: Double?

  @Option(parsing: .upToNextOption, help: ArgumentHelp("Strategies to run.", valueName: "name"))
  var strategy: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Executables that are strategies of their own; without --strategy they run instead of ours.",
      valueName: "file"))
  var strategyProgram: [String] = []

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp(
      "Stop cleanly so long after all is ready: 30s, 5m, 2h (default: never).", valueName: "time"))
  var duration: RunDuration?

  @Option(help: ArgumentHelp("Write what happened as JSON (default: no file).", valueName: "file"))
  var summary: String?

  @Option(help: "How lines of the log are written: text (key=value) or json.")
  var logFormat: String = LogFormat.text.rawValue

  @Option(help: "Quietest level that is logged: debug, info, notice, warning or error.")
  var logLevel: String = LogLevel.info.rawValue

  func validate() throws {
    guard LogFormat(rawValue: logFormat) != nil else {
      throw ValidationError("--log-format: \(logFormat) is unknown: one of text, json")
    }
    guard LogLevel(rawValue: logLevel) != nil else {
      let words = LogLevel.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--log-level: \(logLevel) is unknown: one of \(words)")
    }
    if let speed, !(speed.isFinite && speed > 0 && speed <= 1_000_000) {
      throw ValidationError("--speed: \(speed) is out of bounds, above 0 to 1000000")
    }
    guard Profile(rawValue: profile) != nil else {
      throw ValidationError("--profile: \(profile) is unknown: demo, paper or live")
    }
  }

  func run() throws {
    let chosen = try chosenProfile()
    let configuration = try Configuration.load(path: config, profile: chosen)
    let state = Directories.absolute(stateDir ?? Directories.defaultState)
    var arguments = [
      "--run-dir", directory.path, "--state-dir", state, "--profile", chosen.rawValue,
      "--account", account,
    ]
    if chosen == .live { arguments += try liveArguments(state) }
    if chosen == .demo { arguments += ["--speed", "\(speed ?? 60)"] }
    arguments += ["--log-format", logFormat, "--log-level", logLevel]
    if let config { arguments += ["--config", Directories.absolute(config)] }
    arguments += market.flatMap { ["--market", Directories.absolute($0)] }
    arguments += strategy.flatMap { ["--strategy", $0] }
    arguments += strategyProgram.flatMap {
      ["--strategy-program", Directories.absolute($0)]
    }
    let run = try PipelineRun(
      runDirectory: directory.path, stateDirectory: state, arguments: arguments,
      duration: duration?.milliseconds, summaryPath: summary.map(Directories.absolute),
      protectionDeadline: configuration.orderRouter.protectionDeadlineMilliseconds,
      showsBook: chosen.usesPaperVenue)
    StageHost.leave(try run.run())
  }
}

extension RunCommand {
  /// The profile, or why it cannot run as it is asked for.
  private func chosenProfile() throws(Fatal) -> Profile {
    let chosen = Profile(rawValue: profile) ?? .demo
    let isMeant = iUnderstandThisTradesRealMoney
    for (flag, isGiven) in [
      ("--secret-file", secretFile != nil), (StageOptions.realMoneyFlag, isMeant),
    ] where isGiven && chosen != .live {
      throw Fatal(.misuse, "\(flag): only the profile live takes it: leave it away")
    }
    if chosen == .live, summary != nil {
      throw Fatal(
        .misuse,
        "--summary: it is judged from the book of the paper venue, which live does not have: leave "
          + "it away")
    }
    guard chosen != .demo else { return chosen }
    for (flag, isGiven) in [("--market", !market.isEmpty), ("--speed", speed != nil)] where isGiven
    {
      throw Fatal(
        .misuse,
        "\(flag): the profile \(chosen.rawValue) plays the venue's market as it is now: leave "
          + "\(flag) away, or run the profile demo")
    }
    return chosen
  }

  /// What the supervisor is told of real money, once everything that can be looked at is well.
  private func liveArguments(_ state: String) throws(Fatal) -> [String] {
    var options = StageOptions()
    options.profile = .live
    options.understandsRealMoney = iUnderstandThisTradesRealMoney
    options.secretFile = secretFile.map(Directories.absolute)
    try options.checkLive()
    let rows = DoctorLook(
      profile: .live, account: account, config: config.map(Directories.absolute),
      secretFile: options.secretFile, unit: "", runDirectory: directory.path, stateDirectory: state
    ).rows()
    let failures = rows.filter { $0.state == .fail }
    guard failures.isEmpty else {
      let words = failures.map { "\($0.name): \($0.found)" }.joined(separator: "; ")
      throw Fatal(
        .badConfiguration, "unable to trade live: \(words): see interlock doctor --profile live")
    }
    return ["--secret-file", options.secretFile ?? "", StageOptions.realMoneyFlag]
  }
}

/// A time as operators write it: `30s`, `5m`, `2h`.
struct RunDuration: ExpressibleByArgument {
  let milliseconds: Int64

  init?(argument: String) {
    let units: [Character: Int64] = ["s": 1000, "m": 60_000, "h": 3_600_000]
    guard let unit = argument.last.flatMap({ units[$0] }),
      let count = Int64(argument.dropLast()), (1...1_000_000).contains(count)
    else { return nil }
    milliseconds = count * unit
  }
}
