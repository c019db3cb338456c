import ArgumentParser
import Daemon

struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Entries again after `pause`.",
    discussion: """
      Refused while the kill latch is set: acknowledge that first.
      Exit codes: 0 resumed, 1 refused, 69 not running, 75 no answer.
      Example: interlock resume --reason "news is over"
      """)
  @OptionGroup var why: ReasonOption
  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var output: JSONFlag

  func run() throws {
    let answer = try directory.ask(
      "order-router", "resume", ["by": Operator.name, "reason": why.reason])
    OperatorAnswer.show(answer, json: output.json)
  }
}
