import ArgumentParser
import Daemon
import Foundation

/// `interlock explain SYMBOL|ID`: what the strategies decided last, or one decision to its fills.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Why a strategy proposed something, or nothing, and what became of it.",
    discussion: """
      SYMBOL shows the newest decisions on an instrument with their numbers. The id of a signal, \
      the hash of an intent (8 digits are enough) or a client order id shows that decision whole: \
      numbers, intent, orders, fills, with times. --hops adds how long each process took, in ms of \
      wall time. Of a signal also what the gate decided: every failed and passed check with value \
      and bound, from the gate's own file, so with every stage dead too.
      Exit codes: 0 found, 1 nothing of that name is known, 64 misuse, 69 not running, 75 no answer.
      Example: interlock explain 9f2c41d0 --hops
      """)

  @Argument(
    help: ArgumentHelp(
      "An instrument such as PF_XBTUSD, or the id of a signal, an intent or an order.",
      valueName: "symbol|id"))
  var subject: String

  @Option(help: "How many of the newest decisions of each strategy, 1 to 64.")
  var count: Int = 1
  @Flag(help: "How long each process took.") var hops = false

  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var output: JSONFlag

  func validate() throws {
    guard (1...64).contains(count) else {
      throw ValidationError("--count: \(count) is out of bounds, 1 to 64")
    }
  }

  func run() throws {
    guard isID || hops else {
      let answer = try directory.ask(
        "signal-service", "explain", ["instrument": subject, "count": "\(count)"])
      guard !output.json else { return print(answer) }
      return print(OperatorAnswer.rows(answer).map(Self.text).joined(separator: "\n\n"))
    }
    // What the gate wrote down needs nobody alive.
    var story: DecisionStory?
    var silence: (any Error)?
    do { story = try find() } catch { silence = error }
    let signal = story?.intent?["signal"] as? String ?? subject
    let gate =
      signal.contains("/")
      ? GateStory.newest(signal, in: try directory.instance().stateDirectory) : nil
    guard story != nil || gate != nil else {
      throw silence
        ?? Fatal(
          .no,
          "unable to explain \(subject): no signal, intent or order of that name is known: see "
            + "interlock intents")
    }
    guard output.json else {
      let parts = [story?.text(withHops: hops), gate?.0.text].compactMap { $0 }
      return print(parts.joined(separator: "\n\n"))
    }
    var object = story?.object(withHops: hops) ?? [:]
    object["gate"] = gate?.1
    print(JSONText.line(object))
  }

  private func find() throws -> DecisionStory? {
    let ask = { (verb: String) in
      OperatorAnswer.rows(try directory.ask("order-router", verb))
    }
    let intents = try ask("intents")
    let orders = try ask("orders")
    let signal =
      intents.last { row in
        let hash = row["intent"] as? String ?? ""
        return row["signal"] as? String == subject
          || (subject.count >= 8 && hash.hasPrefix(subject))
          || orders.contains {
            $0["client_order_id"] as? String == subject && $0["intent"] as? String == hash
          }
      }?["signal"] as? String
    let decision = Self.decision(directory, signal ?? subject)
    let status = try PipelineStatus.ask(directory.path)
    return DecisionStory.find(
      subject, intents: intents, orders: orders, fills: try ask("fills"), decision: decision,
      validFor: status.word("signal-service", "valid_for_ms").flatMap { Int64($0) })
  }

  /// Ids of signals have strokes, hashes and client order ids begin with eight hexadecimal digits.
  private var isID: Bool {
    subject.contains("/")
      || (subject.count >= 8 && subject.prefix(8).allSatisfy { $0.isHexDigit })
  }

  /// Strategies remember their newest decisions only, and may be programs or stopped.
  private static func decision(_ directory: RunDirectoryOption, _ signal: String) -> DecisionStory
    .Row?
  {
    let answer = try? directory.ask("signal-service", "explain", ["signal": signal])
    return answer.flatMap { OperatorAnswer.rows($0).first }
  }

  /// A heading, then one line a number.
  static func text(_ row: [String: Any]) -> String {
    let word = { (key: String) in row[key] as? String ?? "-" }
    var lines = [
      "\(word("decided_at"))  \(word("strategy"))  \(word("instrument"))  \(word("timeframe"))  "
        + word("reason")
    ]
    if let signal = row["signal"] as? String { lines.append("  signal \(signal)") }
    if let verdict = row["verdict"] as? String { lines.append("  \(verdict)") }
    lines += (row["values"] as? [String] ?? []).map { "  \($0)" }
    return lines.joined(separator: "\n")
  }
}
