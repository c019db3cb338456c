import ArgumentParser
import Daemon

struct PauseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause",
    abstract: "No new entries; stops, exits and cancels go on.",
    discussion: """
      It holds over restarts until `interlock resume`. For a stop that needs nobody alive use \
      `interlock kill-switch`.
      Exit codes: 0 paused, 1 it was not active, 69 not running, 75 no answer.
      Example: interlock pause --reason "news at noon"
      """)
  @OptionGroup var why: ReasonOption
  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var output: JSONFlag

  func run() throws {
    let answer = try directory.ask(
      "order-router", "pause", ["by": Operator.name, "reason": why.reason])
    OperatorAnswer.show(answer, json: output.json)
  }
}
