import ArgumentParser
import Daemon

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Stages, trading state, last candle, open intents.")
  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var output: JSONFlag

  func run() throws {
    _ = try directory.instance()
    let status = try PipelineStatus.ask(directory.path)
    let latch = try LatchReport.read(LatchPlace(directory, stateDirectory: nil))
    guard output.json else { return print("\(Self.text(status))\n\(latch.text)") }
    var object = Self.object(status)
    object["kill_switch"] = latch.object
    print(JSONText.line(object))
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

  static func text(_ status: PipelineStatus) -> String {
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
    let router = { (key: String) in status.word("order-router", key) ?? "unknown" }
    return """
      \(status.profile.rawValue) \(status.account): \(status.state), \
      trading \(router("trading_state")), up \(status.uptimeSeconds) s
      \(status.alerts.map { "ALERT \($0)\n" }.joined())\(Table.text(head, rows + programs))
      last candle \(status.word("market-data", "last_candle") ?? "none"), \
      open intents \(router("open_intents")), equity \(router("equity"))
      """
  }
}
