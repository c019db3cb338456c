import ArgumentParser
import Daemon

struct StartCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start",
    abstract: "Start a stage that was stopped or has failed.",
    discussion: """
      Exit codes: 0 asked, 1 no such stage or it runs, 69 not running, 75 no answer.
      Example: interlock start signal-service
      """)
  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var output: JSONFlag
  @Argument(help: "Name of the stage, such as risk-gate.", completion: .list(Siblings.executables))
  var stage: String

  func run() throws {
    _ = try directory.ask("supervisor", "start", ["stage": stage])
    print(
      output.json ? JSONText.line(["stage": stage, "asked": "start"]) : "\(stage): starting")
  }
}
