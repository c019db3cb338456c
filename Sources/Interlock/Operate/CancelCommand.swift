import ArgumentParser
import Daemon

struct CancelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel",
    abstract: "Take one resting order of ours away.",
    discussion: """
      ORDER is its client order id, as `interlock orders` shows it. The stop of a position is \
      refused: flatten the position instead. A dry run unless --execute.
      Exit codes: 0 cancelling, or a dry run; 1 no such order rests, or it is refused; 69 not \
      running; 75 no answer.
      Example: interlock cancel 5f0c2a44-81d2-8b1e-9c53-2f64a2f9b7aa --execute
      """)
  @Argument(help: "Client order id.") var order: String
  @Flag(help: "Do it.") var execute = false
  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var output: JSONFlag

  func run() throws {
    guard execute else {
      let rows = OperatorAnswer.rows(try directory.ask("order-router", "orders"))
      guard let row = rows.first(where: { $0["client_order_id"] as? String == order }) else {
        throw Fatal(.no, "unable to cancel \(order): no such order: see interlock orders")
      }
      let word = { (key: String) in row[key] as? String ?? "?" }
      guard word("status") == "working" else {
        throw Fatal(.no, "unable to cancel \(order): it is \(word("status"))")
      }
      let deed =
        "cancel the \(word("role")) \(word("instrument")) \(word("side")) \(word("quantity"))"
      return OperatorAnswer.show(would: [deed], json: output.json)
    }
    let answer = try directory.ask(
      "order-router", "cancel", ["order": order, "by": Operator.name])
    OperatorAnswer.show(answer, json: output.json)
  }
}
