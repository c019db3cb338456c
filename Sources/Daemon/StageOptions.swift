import ArgumentParser

/// What a process was told on its command line.
///
/// One parser serves all processes; each takes only its own flags, and one that belongs to another
/// process is refused by name, as an unknown one is.
package struct StageOptions: Sendable {
  package var runDirectory: String?
  package var stateDirectory: String?
  package var profile: Profile = .demo
  package var configurationPath: String?
  package var account: String = "demo"
  package var parent: Int32?
  package var logLevel: LogLevel = .info
  package var logFormat: LogFormat = .text
  package var strategies: [String] = []
  package var strategyPrograms: [String] = []
  package var markets: [String] = []
  package var speed: Double?
  package var secretFile: String?
  package var listen: String?
  package var admin: String?
  package var key: String?
  package var secret: String?
  package var seed: UInt64?
  package var listenAnywhere = false
  package var noRateLimits = false
  package var instruments: String?
  package var follow: String?
  package var hidden: [String] = []
  /// The one alert to send.
  package var event: AlertEvent?
  package var text: String?
  /// Whether somebody has agreed to real orders with real money.
  package var acceptsRealMoney = false
  /// Whether to look at everything and change nothing.
  package var check = false

  package init() {}

  /// The run directory, or the misuse of not having been given one.
  package func requireRunDirectory() throws(Fatal) -> String {
    try Self.require(runDirectory, "--run-dir")
  }

  /// The state directory, or the misuse of not having been given one.
  package func requireStateDirectory() throws(Fatal) -> String {
    try Self.require(stateDirectory, "--state-dir")
  }

  /// Where the key is with which orders are signed.
  ///
  /// Without `--secret-file` it is one of a simulated venue's, beside the state directory and not
  /// in it: a stage may read all of that but never the key.
  package func keyPath() throws(Fatal) -> String {
    if let secretFile { return secretFile }
    let state = try requireStateDirectory()
    let end = state.lastIndex { $0 != "/" } ?? state.startIndex
    return "\(state[...end])-keys/venue"
  }

  private static func require(_ value: String?, _ flag: String) throws(Fatal) -> String {
    guard let value, !value.isEmpty else {
      throw Fatal(.misuse, "\(flag): missing: say where")
    }
    return value
  }
}

extension StageOptions {
  /// What a command line asks for.
  package enum Parsed {
    case options(StageOptions)
    /// `--help`: the text to print before leaving with 0.
    case help(String)
  }

  /// The options in `arguments` (without the executable's name), or the flag that is wrong.
  package static func parse(stage: String, arguments: [String]) throws(Fatal) -> Parsed {
    let flags: StageFlags
    do {
      flags = try StageFlags.parse(arguments)
    } catch {
      if StageFlags.exitCode(for: error).isSuccess {
        return .help(help(stage: stage))
      }
      throw Fatal(.misuse, "\(oneLine(StageFlags.message(for: error))): see --help")
    }
    try refuseForeign(flags, stage: stage)
    let options = try options(flags)
    if !standsAlone(stage, flags) || options.parent != nil {
      _ = try options.requireRunDirectory()
      _ = try options.requireStateDirectory()
    }
    return .options(options)
  }

  private static func options(_ flags: StageFlags) throws(Fatal) -> StageOptions {
    var options = StageOptions()
    options.runDirectory = flags.runDir
    options.stateDirectory = flags.stateDir
    options.profile = try choice(flags.profile, "--profile")
    options.configurationPath = flags.config
    options.account = try account(flags.account)
    options.parent = flags.parent
    options.logLevel = try choice(flags.logLevel, "--log-level")
    options.logFormat = try choice(flags.logFormat, "--log-format")
    options.event = try flags.event.map { text throws(Fatal) in try choice(text, "--event") }
    options.text = flags.text
    options.check = flags.check
    options.acceptsRealMoney = flags.iUnderstandThisTradesRealMoney
    options.strategies = flags.strategy
    options.strategyPrograms = flags.strategyProgram
    options.markets = flags.market
    if let speed = flags.speed, !(speed.isFinite && speed > 0) {
      throw Fatal(.misuse, "--speed: \(speed) is out of range: give a factor above 0")
    }
    options.speed = flags.speed
    options.secretFile = flags.secretFile
    options.listen = flags.listen
    options.admin = flags.admin
    options.key = flags.key
    options.secret = flags.secret
    options.seed = flags.seed
    options.listenAnywhere = flags.listenAnywhere
    options.noRateLimits = flags.noRateLimits
    options.instruments = flags.instruments
    options.hidden = flags.hide
    if let follow = flags.follow, !VenueSettings.isVenueURL(follow) {
      throw Fatal(
        .misuse,
        "--follow: \(follow) is no venue: give https://host, or http:// and an address of this "
          + "machine, without a path")
    }
    options.follow = flags.follow
    return options
  }

  private static func choice<Choice: RawRepresentable & CaseIterable>(
    _ text: String, _ flag: String
  ) throws(Fatal) -> Choice where Choice.RawValue == String {
    guard let choice = Choice(rawValue: text) else {
      let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw Fatal(.misuse, "\(flag): \(text) is unknown: one of \(words)")
    }
    return choice
  }

  private static func account(_ text: String) throws(Fatal) -> String {
    let allowed = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: "."):
        true
      default: false
      }
    }
    guard allowed, (1...64).contains(text.utf8.count) else {
      throw Fatal(
        .misuse, "--account: \(text) is no name: 1 to 64 letters, digits, dots, - or _")
    }
    return text
  }

  private static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}

extension StageOptions {
  /// The flags that not every process takes, with the processes that do.
  private static let special: [(flag: String, stages: [String])] = [
    ("--strategy", ["signal-service", "supervisor", "risk-gate"]),
    ("--strategy-program", ["supervisor"]),
    ("--market", ["paper-venue", "supervisor"]),
    ("--speed", ["paper-venue", "supervisor"]),
    ("--secret-file", ["paper-venue", "supervisor", "order-router"]),
    ("--listen", ["paper-venue"]), ("--admin", ["paper-venue"]),
    ("--key", ["paper-venue"]), ("--secret", ["paper-venue"]), ("--seed", ["paper-venue"]),
    ("--listen-anywhere", ["paper-venue"]), ("--no-rate-limits", ["paper-venue"]),
    ("--instruments", ["paper-venue"]), ("--follow", ["paper-venue"]),
    ("--event", ["alerter"]), ("--text", ["alerter"]), ("--check", ["order-router"]),
    ("--i-understand-this-trades-real-money", ["supervisor"]),
  ]

  /// Whether the process may run by hand without directories.
  private static func standsAlone(_ stage: String, _ flags: StageFlags) -> Bool {
    stage == "paper-venue" || (stage == "alerter" && flags.event != nil) || flags.check
  }

  private static func refuseForeign(_ flags: StageFlags, stage: String) throws(Fatal) {
    let given: [String: Bool] = [
      "--strategy": !flags.strategy.isEmpty,
      "--strategy-program": !flags.strategyProgram.isEmpty, "--market": !flags.market.isEmpty,
      "--speed": flags.speed != nil, "--secret-file": flags.secretFile != nil,
      "--listen": flags.listen != nil, "--admin": flags.admin != nil, "--key": flags.key != nil,
      "--secret": flags.secret != nil, "--seed": flags.seed != nil,
      "--listen-anywhere": flags.listenAnywhere, "--no-rate-limits": flags.noRateLimits,
      "--instruments": flags.instruments != nil, "--follow": flags.follow != nil,
      "--event": flags.event != nil, "--text": flags.text != nil, "--check": flags.check,
      "--i-understand-this-trades-real-money": flags.iUnderstandThisTradesRealMoney,
    ]
    for (flag, stages) in special where given[flag] == true && !stages.contains(stage) {
      throw Fatal(
        .misuse, "\(flag): \(stage) does not take it: \(stages.joined(separator: ", ")) does")
    }
  }

  /// The help of one process: the common text without the flags it does not take.
  private static func help(stage: String) -> String {
    let foreign = special.filter { !$0.stages.contains(stage) }.map(\.flag)
    var lines = ["USAGE: \(stage) [flags]", ""]
    var skipping = false
    let text = StageFlags.helpMessage(includeHidden: false, columns: 96)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst() {
      if line.hasPrefix("  -") {
        skipping = foreign.contains { line.hasPrefix("  \($0) ") }
      }
      if line.hasPrefix("OPTIONS:") { lines = Array(lines.prefix(2)) }
      if !skipping { lines.append(String(line)) }
    }
    lines.append("EXIT CODES: 0 done, 64 misuse, 70 internal, 75 try again, 78 bad configuration")
    return lines.joined(separator: "\n") + "\n"
  }
}
