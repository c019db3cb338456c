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

struct ReconcileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconcile",
    abstract: "Compare ledger and venue now instead of at the next turn (30 s).",
    discussion: """
      What it finds is in the log and in `interlock events`.
      Exit codes: 0 the venue is being read, 69 not running, 75 no answer.
      Example: interlock reconcile
      """)
  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var output: JSONFlag

  func run() throws {
    OperatorAnswer.show(
      try directory.ask("order-router", "reconcile"), json: output.json)
  }
}
