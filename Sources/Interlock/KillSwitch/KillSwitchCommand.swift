import ArgumentParser
import Daemon

/// `interlock kill-switch`: stops trading, whoever of the pipeline is dead, hung or stopped.
struct KillSwitchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kill-switch",
    abstract: "Stop all trading; stops at the venue stay.",
    subcommands: [
      ActivateCommand.self, KillSwitchStatusCommand.self, AcknowledgeCommand.self,
    ])
}

struct KillSwitchStatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Whether the latch is set, by whom, why, and whether it is verified at the venue.",
    discussion: """
      Reads the latch itself: works when nothing runs. A latch that is missing, torn or foreign is \
      set. `active` means latched; the trading state is in `interlock status`.
      Exit codes: 0 it says so either way, 69 no pipeline was ever started there.
      Example: interlock kill-switch status --json
      """)
  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var state: StateDirectoryOption
  @OptionGroup var output: JSONFlag

  func run() throws {
    let report = try LatchReport.read(LatchPlace(directory, stateDirectory: state.stateDir))
    print(output.json ? JSONText.line(report.object) : report.text)
  }
}

struct AcknowledgeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "acknowledge",
    abstract: "Clear the latch: entries may leave again.",
    discussion: """
      Only the router does it: its ledger says who and why first, then the latch is cleared; a \
      crash between leaves it set. A press that comes meanwhile stays.
      Exit codes: 0 cleared, 1 it is not set or was pressed again, 69 no router, 75 no answer.
      Example: interlock kill-switch acknowledge --reason "venue is back"
      """)
  @OptionGroup var why: ReasonOption
  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var output: JSONFlag

  func run() throws {
    let answer = try directory.ask(
      "order-router", "acknowledge", ["by": Operator.name, "reason": why.reason])
    OperatorAnswer.show(answer, json: output.json)
  }
}
