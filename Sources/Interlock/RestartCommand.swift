import ArgumentParser
import Daemon

struct RestartCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restart", abstract: "Drain one stage and start it again.")
  @OptionGroup var directory: RunDirectoryOption
  @Argument(help: "Name of the stage, such as risk-gate.") var stage: String

  func run() throws {
    _ = try directory.ask("supervisor", "restart", ["stage": stage])
    print("\(stage): restarting")
  }
}
