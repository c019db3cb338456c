import ArgumentParser
import Daemon

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Stages, trading state, last candle, open intents.",
    discussion: """
      With --watch it looks again every --interval and draws the picture anew on a terminal; \
      elsewhere, and with --json, each look is printed below the last one. A pipeline that goes \
      away meanwhile is waited for.
      Exit codes: 0 it answered, 64 misuse, 69 not running, 75 no answer in 2 s.
      Example: interlock status --watch
      """)
  @Flag(help: "Look again and again, until Ctrl-C.") var watch = false
  @Option(help: ArgumentHelp("Between two looks, 0.1 to 3600 s.", valueName: "seconds"))
  var interval: Double = 1
  @Option(help: "With --watch: end after so many looks (default: never).") var count: Int?
  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var output: JSONFlag

  func validate() throws {
    guard interval.isFinite, (0.1...3600).contains(interval) else {
      throw ValidationError("--interval: \(interval) is out of bounds, 0.1 to 3600 s")
    }
    if let count, count < 1 {
      throw ValidationError("--count: \(count) is too small, at least 1")
    }
  }

  func run() throws {
    let first = try look()
    guard watch else { return print(first) }
    try WatchView(intervalMilliseconds: Int64(interval * 1000), count: count ?? .max)
      .run(first: first) {
        do throws(Fatal) {
          return try look()
        } catch {
          return output.json
            ? JSONText.line(["error": error.message, "code": Int(error.code.rawValue)])
            : error.message
        }
      }
  }

  private func look() throws(Fatal) -> String {
    _ = try directory.instance()
    let status = try PipelineStatus.ask(directory.path)
    let latch = try LatchReport.read(LatchPlace(directory, stateDirectory: nil))
    guard output.json else {
      return "\(Self.text(status, Paint.standardOutput))\n\(latch.text)"
    }
    var object = Self.object(status)
    object["kill_switch"] = latch.object
    return JSONText.line(object)
  }

  /// The members scripts depend on.
  static func object(_ status: PipelineStatus) -> [String: Any] {
    var object: [String: Any] = [
      "profile": status.profile.rawValue, "account": status.account, "build": status.build,
      "pid": status.pid, "uptime_s": status.uptimeSeconds, "state": status.state,
      "alerts": status.alerts, "stages": status.stages.map(stage),
    ]
    object["programs"] = status.programs?.map(program)
    object["trading_state"] = status.word("order-router", "trading_state")
    object["open_intents"] = status.word("order-router", "open_intents").flatMap { Int($0) }
    object["equity"] = status.word("order-router", "equity")
    object["last_candle"] = status.word("market-data", "last_candle")
    return object
  }

  private static func stage(_ stage: PipelineStatus.Stage) -> [String: Any] {
    var object: [String: Any] = [
      "name": stage.name, "state": stage.state, "generation": stage.generation,
      "restarts": stage.restarts, "status": stage.status,
    ]
    object["pid"] = stage.pid
    object["heartbeat_age_ms"] = stage.heartbeatAgeMilliseconds
    return object
  }

  private static func program(_ program: PipelineStatus.Program) -> [String: Any] {
    var object: [String: Any] = [
      "name": program.name, "state": program.state, "generation": program.generation,
    ]
    object["pid"] = program.pid
    object["missing"] = program.missing
    return object
  }

  static func text(_ status: PipelineStatus, _ paint: Paint = Paint(isOn: false)) -> String {
    let rows = status.stages.map { stage in
      [
        stage.name, stage.state, stage.pid.map { "\($0)" } ?? "-", "\(stage.generation)",
        "\(stage.restarts)", stage.heartbeatAgeMilliseconds.map { "\($0) ms" } ?? "-",
      ]
    }
    let programs = (status.programs ?? []).map { program in
      [
        program.name, program.state, program.pid.map { "\($0)" } ?? "-", "\(program.generation)",
        "-", "-",
      ]
    }
    let head = ["stage", "state", "pid", "generation", "restarts", "heartbeat"]
    let table = Table.text(head, rows + programs).split(separator: "\n").enumerated().map {
      place, line in
      // The first line is the head, the last ones are programs.
      (1...rows.count).contains(place)
        ? Self.painted(status.stages[place - 1], String(line), paint) : String(line)
    }.joined(separator: "\n")
    let router = { (key: String) in status.word("order-router", key) ?? "unknown" }
    return """
      \(status.profile.rawValue) \(status.account): \(status.state), \
      trading \(router("trading_state")), up \(status.uptimeSeconds) s
      \(status.alerts.map { paint.red("ALERT \($0)") + "\n" }.joined())\(table)
      last candle \(status.word("market-data", "last_candle") ?? "none"), \
      open intents \(router("open_intents")), equity \(router("equity"))
      """
  }

  private static func painted(
    _ stage: PipelineStatus.Stage, _ line: String, _ paint: Paint
  ) -> String {
    switch stage.state {
    case "ready": line
    case "failed": paint.red(line)
    default: paint.yellow(line)
    }
  }
}
