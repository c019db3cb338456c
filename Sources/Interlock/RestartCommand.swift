import ArgumentParser
import Daemon

struct RestartCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restart", abstract: "Drain one stage and start it again.",
    discussion: """
      The other stages go on; what was under way is finished or looked up, never repeated.
      Exit codes: 0 asked, 1 no such stage, 69 not running, 75 no answer.
      Example: interlock restart risk-gate
      """)
  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var output: JSONFlag
  @Argument(help: "Name of the stage, such as risk-gate.", completion: .list(Siblings.executables))
  var stage: String

  func run() throws {
    _ = try directory.ask("supervisor", "restart", ["stage": stage])
    print(
      output.json
        ? JSONText.line(["stage": stage, "asked": "restart"]) : "\(stage): restarting")
  }
}
