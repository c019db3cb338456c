import ArgumentParser
import Daemon

struct StopCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop",
    abstract: "Drain one stage and keep it away until `interlock start`.",
    discussion: """
      Without order-router nobody protects a fill of an order that rests; its stops stay at the \
      venue. To stop trading use `interlock kill-switch`, to stop everything end `interlock run`.
      Exit codes: 0 asked, 1 no such stage or stopped already, 69 not running, 75 no answer.
      Example: interlock stop signal-service
      """)
  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var output: JSONFlag
  @Argument(help: "Name of the stage, such as risk-gate.", completion: .list(Siblings.executables))
  var stage: String

  func run() throws {
    _ = try directory.ask("supervisor", "stop", ["stage": stage])
    print(
      output.json ? JSONText.line(["stage": stage, "asked": "stop"]) : "\(stage): stopping")
  }
}
