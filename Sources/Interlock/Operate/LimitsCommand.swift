import ArgumentParser
import Daemon

/// `interlock limits`: what holds, and how a person changes it while the pipeline runs.
struct LimitsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "limits",
    abstract: "Show limits, tighten them at once, loosen them with a second confirmation.",
    subcommands: [
      ShowLimitsCommand.self, TightenCommand.self, LoosenCommand.self, ConfirmCommand.self,
    ], defaultSubcommand: ShowLimitsCommand.self)
}

struct ShowLimitsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Every limit that can be changed while running, and who changed it.",
    discussion: """
      Exit codes: 0 shown, 1 no limit begins with the prefix, 69 not running, 75 no answer.
      Example: interlock limits show risk_gate.max
      """)
  @Argument(help: "Only limits whose name begins so.") var prefix: String?
  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var output: JSONFlag

  func run() throws {
    let answer = try directory.ask("order-router", "limits")
    let rows = OperatorAnswer.rows(answer).filter { row in
      prefix.map { (row["limit"] as? String ?? "").hasPrefix($0) } ?? true
    }
    if let prefix, rows.isEmpty { throw Fatal(.no, "no limit begins with \(prefix)") }
    guard !output.json else { return print(JSONText.line(rows)) }
    let columns = ["limit", "value", "configured", "least", "most", "tighter", "by", "why"]
    print(Table.text(columns, rows.map { RiskCommand.cells($0, columns) }))
  }
}

/// The limit, its new value and why.
struct LimitChangeArguments: ParsableArguments {
  @Argument(help: "Name of the limit with its section, such as risk_gate.max_positions.")
  var limit: String
  @Argument(help: "As in the configuration: a percent is written as a percent.")
  var value: String
  @OptionGroup var why: ReasonOption
  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var output: JSONFlag

  /// Asks the router, which journals it.
  func ask(_ verb: String) throws {
    let answer = try directory.ask(
      "order-router", verb,
      ["limit": limit, "value": value, "by": Operator.name, "reason": why.reason])
    OperatorAnswer.show(answer, json: output.json)
  }
}

struct TightenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tighten",
    abstract: "Let a limit allow less, at once.",
    discussion: """
      It holds over restarts until it is loosened; when the configuration says something else \
      since, the tighter of the two holds.
      Exit codes: 0 done, 1 refused: no such limit, out of bounds, or it would loosen; 64 misuse, \
      69 not running, 75 no answer.
      Example: interlock limits tighten risk_gate.max_positions 1 --reason "thin market"
      """)
  @OptionGroup var change: LimitChangeArguments
  func run() throws { try change.ask("tighten") }
}

struct LoosenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "loosen",
    abstract: "Ask that a limit allow more; nothing changes before it is confirmed.",
    discussion: """
      Exit codes: 0 it waits for `interlock limits confirm`, ten minutes; 1 refused, 64 misuse, \
      69 not running, 75 no answer.
      Example: interlock limits loosen risk_gate.max_positions 4 --reason "calm again"
      """)
  @OptionGroup var change: LimitChangeArguments
  func run() throws { try change.ask("loosen") }
}

struct ConfirmCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "confirm",
    abstract: "The second word to a loosening: the same limit and value, within ten minutes.",
    discussion: """
      Exit codes: 0 loosened, 1 refused: nobody asked, another value, too late; 64 misuse, \
      69 not running, 75 no answer.
      Example: interlock limits confirm risk_gate.max_positions 4 --reason "seen by Ben"
      """)
  @OptionGroup var change: LimitChangeArguments
  func run() throws { try change.ask("confirm") }
}
