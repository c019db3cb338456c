import ArgumentParser
import Daemon

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
