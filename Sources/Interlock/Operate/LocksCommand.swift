import ArgumentParser
import Daemon
import Foundation

/// `interlock locks`: what may not be entered, why, and until when.
struct LocksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "locks",
    abstract: "Risk locks and cool-downs that hold now.",
    discussion: """
      A lock until "unlocked" ends only by `interlock unlock`. The symbol locks of working entries \
      are no risk locks: `interlock intents` shows those.
      Exit codes: 0 shown (none too), 69 not running, 75 no answer.
      Example: interlock locks --json
      """)
  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var output: JSONFlag

  func run() throws {
    let answer = try directory.ask("order-router", "locks")
    guard !output.json else { return print(answer) }
    let rows = OperatorAnswer.rows(answer)
    print(rows.isEmpty ? "no locks" : Self.text(rows))
  }

  static func text(_ rows: [[String: Any]]) -> String {
    let columns = ["kind", "scope", "since", "until", "why", "by"]
    return Table.text(columns, rows.map { RiskCommand.cells($0, columns) })
  }
}

/// `interlock lock`: no entry of something, until a time or until unlocked.
struct LockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lock",
    abstract: "No entries of a strategy, an instrument or anything; positions go on.",
    discussion: """
      Exit codes: 0 locked, 1 it is locked already, 64 misuse, 69 not running, 75 no answer.
      Example: interlock lock instrument:PF_XBTUSD --minutes 60 --reason "halving"
      """)
  @Argument(help: "all, strategy:S, instrument:I, pair:I:S, setups:tight or setups:wide.")
  var scope: String
  @Option(help: "For so long, 1 to 10080 (default: until `interlock unlock manual`).")
  var minutes: Int?
  @OptionGroup var why: ReasonOption
  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var output: JSONFlag

  func validate() throws {
    guard minutes.map({ (1...10_080).contains($0) }) ?? true else {
      throw ValidationError("--minutes: \(minutes ?? 0) is out of bounds, 1 to 10080")
    }
  }

  func run() throws {
    var arguments = ["scope": scope, "by": Operator.name, "reason": why.reason]
    arguments["until_ms"] = minutes.map { "\(Clock.wallMilliseconds() + Int64($0) * 60_000)" }
    OperatorAnswer.show(
      try directory.ask("order-router", "lock", arguments), json: output.json)
  }
}

/// `interlock unlock`: the end of a risk lock before its time, and of a throttle at all.
struct UnlockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unlock",
    abstract: "End a risk lock or cool-down; let a throttled strategy trade again.",
    discussion: """
      Only locks that `interlock locks` shows; the lock of a working entry ends by what the venue \
      shows, or by `interlock resolve`. Unlocking drawdown begins its peak anew at today's equity.
      Exit codes: 0 unlocked, 1 no such lock holds, 64 misuse, 69 not running, 75 no answer.
      Example: interlock unlock throttle --scope strategy:breakout --reason "looked at it"
      """)
  @Argument(help: "Kind of the lock, such as loss_streak, post_close, throttle or manual.")
  var kind: String
  @Option(help: "Only this scope, as `interlock locks` shows it (default: every one of the kind).")
  var scope: String?
  @OptionGroup var why: ReasonOption
  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var output: JSONFlag

  func run() throws {
    var arguments = ["kind": kind, "by": Operator.name, "reason": why.reason]
    arguments["scope"] = scope
    OperatorAnswer.show(
      try directory.ask("order-router", "unlock", arguments), json: output.json)
  }
}
