import ArgumentParser
import Daemon

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Start the pipeline and stay in the foreground with a live view.",
    discussion: """
      The demo profile trades on the paper venue: recorded candles with --market, a generated \
      market without. The paper profile trades there on the real venue's public market, as it is \
      now; no key is needed and no order leaves this machine. The live profile trades at the real \
      venue with real money: it needs --account, --secret-file, a doctor that passes, and \
      --i-understand-this-trades-real-money. Ctrl-C drains and leaves positions with their stops.
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

  @Option(help: "What to trade against: demo, paper or live.")
  var profile: String = Profile.demo.rawValue

  @Option(help: "Account the state belongs to (default: demo; live needs a name).")
  var account: String?

  @Option(
    help: ArgumentHelp(
      "File of key and secret, mode 0600 (default: the paper venue's own; live needs one).",
      valueName: "file"))
  var secretFile: String?

  @Flag(help: "Agree to real orders with real money; only the profile live asks for it.")
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
    let run = try PipelineRun(
      runDirectory: directory.path, stateDirectory: state, arguments: arguments(chosen, state),
      duration: duration?.milliseconds, summaryPath: summary.map(Directories.absolute),
      isJudged: chosen.usesPaperVenue,
      protectionDeadline: configuration.orderRouter.protectionDeadlineMilliseconds)
    StageHost.leave(try run.run())
  }

  /// What the supervisor is told.
  private func arguments(_ chosen: Profile, _ state: String) -> [String] {
    var arguments = [
      "--run-dir", directory.path, "--state-dir", state, "--profile", chosen.rawValue,
    ]
    if chosen == .demo { arguments += ["--speed", "\(speed ?? 60)"] }
    if let account { arguments += ["--account", account] }
    if let secretFile { arguments += ["--secret-file", Directories.absolute(secretFile)] }
    if iUnderstandThisTradesRealMoney { arguments += ["--i-understand-this-trades-real-money"] }
    arguments += ["--log-format", logFormat, "--log-level", logLevel]
    if let config { arguments += ["--config", Directories.absolute(config)] }
    arguments += market.flatMap { ["--market", Directories.absolute($0)] }
    arguments += strategy.flatMap { ["--strategy", $0] }
    return arguments
      + strategyProgram.flatMap { ["--strategy-program", Directories.absolute($0)] }
  }
}

extension RunCommand {
  /// The profile, or why it cannot run as it is asked for.
  private func chosenProfile() throws(Fatal) -> Profile {
    guard let chosen = Profile(rawValue: profile) else {
      throw Fatal(.misuse, "--profile: \(profile) is unknown: demo, paper or live")
    }
    guard chosen != .demo else { return chosen }
    for (flag, isGiven) in [("--market", !market.isEmpty), ("--speed", speed != nil)] where isGiven
    {
      throw Fatal(
        .misuse,
        "\(flag): the profile \(profile) takes the venue's market as it is now: leave \(flag) "
          + "away, or run the profile demo")
    }
    if chosen == .live { try checkLive() }
    return chosen
  }

  /// What can be known to be missing before the supervisor says it.
  private func checkLive() throws(Fatal) {
    guard iUnderstandThisTradesRealMoney else {
      throw Fatal(
        .badConfiguration,
        "unable to run profile live: it trades real money and nobody has agreed to that: give "
          + "--i-understand-this-trades-real-money")
    }
    guard summary == nil else {
      throw Fatal(
        .misuse,
        "--summary: a real venue has no book to judge from: leave it away, and see interlock "
          + "trades and interlock events")
    }
    guard account != nil else {
      throw Fatal(.misuse, "--account: missing: name the account whose money it is")
    }
    guard secretFile != nil else {
      throw Fatal(
        .misuse, "--secret-file: missing: name the file of mode 0600 with the venue's key")
    }
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
