import ArgumentParser
import Daemon

struct ResolveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resolve",
    abstract: "Say what became of an order that is HELD; the only way out of it.",
    discussion: """
      INTENT is the hash of the intent, or the client order id when several orders of it are held. \
      Look at the venue's own pages first. Journaled with who and why; refused while the order is \
      UNKNOWN, or against what the venue has shown.
      Exit codes: 0 resolved, 1 refused, 64 misuse, 69 not running, 75 no answer.
      Example: interlock resolve 9f2c… --not-placed --reason "not in the venue's history"
      """)
  @Argument(help: "Hash of the intent, or client order id.") var intent: String
  @Option(
    help: ArgumentHelp(
      "It is at the venue, under this id (default: say --not-placed).", valueName: "venue-order-id")
  )
  var placed: String?
  @Flag(help: "It never reached the venue.") var notPlaced = false
  @OptionGroup var why: ReasonOption
  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var output: JSONFlag

  func validate() throws {
    guard (placed == nil) == notPlaced else {
      throw ValidationError("say either --placed VENUE_ORDER_ID or --not-placed")
    }
  }

  func run() throws {
    var arguments = ["intent": intent, "by": Operator.name, "reason": why.reason]
    if let placed { arguments["placed"] = placed } else { arguments["not_placed"] = "true" }
    OperatorAnswer.show(
      try directory.ask("order-router", "resolve", arguments), json: output.json)
  }
}
