import ArgumentParser
import Daemon
import Domain

struct FlattenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flatten",
    abstract: "Close our positions at market, reduce-only; their stops go last.",
    discussion: """
      A dry run unless --execute: it names what would be closed and sends nothing. Entries are not \
      stopped by it: pause, or use `interlock kill-switch activate --flatten`.
      Exit codes: 0 closing, or a dry run; 1 nothing to close; 69 not running; 75 no answer.
      Example: interlock flatten --symbol PF_XBTUSD --reason "over the weekend" --execute
      """)
  @OptionGroup var why: ReasonOption
  @Option(help: "Only this instrument (default: all).") var symbol: String?
  @Flag(help: "Do it.") var execute = false
  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var output: JSONFlag

  func validate() throws {
    if let symbol, InstrumentID(symbol) == nil {
      throw ValidationError("--symbol: \(symbol) is no instrument")
    }
  }

  func run() throws {
    let instrument = symbol.flatMap { InstrumentID($0) }?.symbol
    guard execute else {
      let deeds = OperatorAnswer.rows(try directory.ask("order-router", "positions"))
        .filter { row in instrument.map { $0 == row["instrument"] as? String } ?? true }
        .map { row in
          let word = { (key: String) in row[key] as? String ?? "?" }
          return "close \(word("instrument")) \(word("direction")) \(word("quantity")) at market"
        }
      guard !deeds.isEmpty else { throw Fatal(.no, "unable to flatten: nothing to close") }
      return OperatorAnswer.show(would: deeds, json: output.json)
    }
    var arguments = ["by": Operator.name, "reason": why.reason]
    arguments["instrument"] = instrument
    OperatorAnswer.show(
      try directory.ask("order-router", "flatten", arguments), json: output.json)
  }
}
