import ArgumentParser
import Foundation

/// `interlock explain SYMBOL|SIGNAL`: what the strategies decided last, and by which numbers.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Why a strategy proposed something, or nothing, on an instrument.")

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
    let answer = try directory.ask("signal-service", "explain", arguments)
    guard !output.json else { return print(answer) }
    let rows = try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [[String: Any]] ?? []
    print(rows.map(Self.text).joined(separator: "\n\n"))
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
