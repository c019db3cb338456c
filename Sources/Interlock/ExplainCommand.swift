import ArgumentParser
import Daemon
import Foundation

/// `interlock explain SYMBOL|SIGNAL`: what the strategies decided last, and by which numbers.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Why a strategy proposed something, or nothing, on an instrument.",
    discussion: """
      Of a signal also what the gate decided: every failed and passed check with value and bound, \
      from the gate's own file, so with every stage dead too.
      Exit codes: 0 shown, 1 nothing is known of it, 64 misuse, 69 not running, 75 no answer.
      Example: interlock explain breakout/PF_XBTUSD/1764115200000
      """)

  @Argument(
    help: ArgumentHelp(
      "An instrument such as PF_XBTUSD, or the id of a signal.", valueName: "symbol|signal"))
  var subject: String

  @Option(help: "How many of the newest decisions of each strategy, 1 to 64.")
  var count: Int = 1

  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var output: JSONFlag

  func validate() throws {
    guard (1...64).contains(count) else {
      throw ValidationError("--count: \(count) is out of bounds, 1 to 64")
    }
  }

  func run() throws {
    // The id of a signal has its parts between strokes; no instrument has one.
    let arguments =
      subject.contains("/")
      ? ["signal": subject] : ["instrument": subject, "count": "\(count)"]
    let story =
      subject.contains("/")
      ? GateStory.newest(subject, in: try directory.instance().stateDirectory) : nil
    let answer: String
    do {
      answer = try directory.ask("signal-service", "explain", arguments)
    } catch {
      // The strategy forgets, or is dead; what the gate wrote down stays.
      guard story != nil else { throw error }
      answer = "[]"
    }
    let rows = try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [[String: Any]] ?? []
    guard !output.json else {
      return print(JSONText.line(story.map { rows + [["gate": $0.1]] } ?? rows))
    }
    print((rows.map(Self.text) + [story?.0.text].compactMap { $0 }).joined(separator: "\n\n"))
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
