import ArgumentParser
import Daemon
import Domain
import Glibc

/// Presses the latch itself, tells everybody, and waits until the venue shows that it is done.
struct ActivateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "activate",
    abstract: "Stop trading now, with any process dead, hung or stopped.",
    discussion: """
      The latch is on the disk before anybody is told. No entry leaves from then on; every order \
      of ours that is no stop is cancelled; positions keep their stops. With --flatten positions \
      are closed at market, and then their stops are taken away. Without --strategy and --symbol \
      everything is stopped. Orders that are not ours are never touched; positions that are not \
      ours stay, with the stop we have put under them, unless --flatten --all closes them too.
      Exit codes: 0 verified at the venue; 75 latched, but not verified: it says what is missing; \
      64 misuse; 69 no pipeline was ever started there.
      Example: interlock kill-switch activate --reason "strange fills" --flatten
      """)
  private static let graceSeconds: Int64 = 5

  @OptionGroup var why: ReasonOption
  @Flag(help: "Close the positions too.") var flatten = false
  @Flag(help: "With --flatten: close positions too that are not ours.") var all = false
  @Option(help: "Only what this strategy does (default: all).") var strategy: String?
  @Option(help: "Only what happens on this instrument (default: all).") var symbol: String?
  @Option(help: ArgumentHelp("Seconds to wait for the venue, 0 to 3600.", valueName: "seconds"))
  var timeout: Int64 = 60
  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var state: StateDirectoryOption
  @OptionGroup var output: JSONFlag

  func validate() throws {
    guard !all || flatten else { throw ValidationError("--all: only with --flatten") }
    guard !all || strategy == nil else {
      throw ValidationError("--all: a strategy has no positions that are not ours: leave one away")
    }
    guard strategy == nil || symbol == nil else {
      throw ValidationError("give --strategy or --symbol, not both: press twice")
    }
    if let strategy, StrategyID(strategy) == nil {
      throw ValidationError("--strategy: \(strategy) is no name of a strategy")
    }
    if let symbol, InstrumentID(symbol) == nil {
      throw ValidationError("--symbol: \(symbol) is no instrument")
    }
    guard (0...3600).contains(timeout) else {
      throw ValidationError("--timeout: \(timeout) is out of bounds, 0 to 3600")
    }
  }

  private var scope: String {
    if let strategy { return "strategy:\(strategy)" }
    if let instrument = symbol.flatMap({ InstrumentID($0) }) {
      return "instrument:\(instrument.symbol)"
    }
    return "all"
  }

  func run() throws {
    let begun = Clock.machineNanoseconds()
    let place = try LatchPlace(directory, stateDirectory: state.stateDir)
    let entry = LatchBlock.Entry(
      scope: scope, by: Operator.name, reason: why.reason, since: Clock.wallMilliseconds(),
      flatten: flatten, foreign: all)
    try place.latch().press(entry)
    let microseconds = (Clock.machineNanoseconds() - begun) / 1000
    let closing = flatten ? all ? ", flatten all" : ", flatten" : ""
    say("LATCHED \(entry.scope)\(closing), on disk after \(microseconds) us")
    let broadcast = place.instance.map { _ in KillBroadcast(place, entry) }
    for line in broadcast?.lines ?? [] { say(line) }
    if let safe = broadcast?.routerMicroseconds {
      say("order-router: has read the latch, or is gone, \(safe) us after it was on disk")
    }
    let missing = try wait(place)
    let report = LatchReport(state: try place.latch().read(), missing: missing)
    if output.json {
      var object = report.object
      object["missing"] = missing
      object["latched_us"] = microseconds
      object["router_us"] = broadcast?.routerMicroseconds
      print(JSONText.line(object))
    }
    guard missing.isEmpty else {
      throw Fatal(
        .tryAgain,
        "unable to verify the kill: \(missing.joined(separator: "; ")): latched it stays: see "
          + "interlock kill-switch status")
    }
    say("VERIFIED: the venue shows nothing of it but stops")
  }

  /// What is missing in the end; empty when the kill is verified.
  private func wait(_ place: LatchPlace) throws(Fatal) -> [String] {
    guard place.instance != nil else { return ["no pipeline runs, so nobody reads the venue"] }
    let end = Clock.machineNanoseconds() + timeout * 1_000_000_000
    var watch = KillWatch()
    var told: [String] = []
    var deadSince: Int64?
    while true {
      let missing = watch.missing(place)
      if missing.isEmpty { return [] }
      let now = Clock.machineNanoseconds()
      deadSince = try isAnybodyThere(place) ? nil : deadSince ?? now
      let isLost = deadSince.map { now - $0 >= Self.graceSeconds * 1_000_000_000 } ?? false
      guard now < end, !isLost else { return missing }
      if missing != told { for line in missing { say("waiting: \(line)") } }
      told = missing
      poll(nil, 0, 20)
    }
  }

  /// Whether there is a router, or a supervisor that will start one; a service manager may bring
  /// another pipeline.
  private func isAnybodyThere(_ place: LatchPlace) throws(Fatal) -> Bool {
    guard let processes = try place.run.readInstance()?.processes else { return false }
    return processes["supervisor"]?.isAlive == true || processes["order-router"]?.isAlive == true
  }

  private func say(_ line: String) {
    if !output.json { print(line) }
  }
}
