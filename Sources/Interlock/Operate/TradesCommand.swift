import ArgumentParser

/// `interlock trades`: round trips as the ledger tells them.
struct TradesCommand: RouterListCommand {
  static let configuration = CommandConfiguration(
    commandName: "trades",
    abstract: "The newest round trips with their results.",
    discussion: """
      Exit codes: 0 shown (none too), 64 misuse, 69 not running, 75 no answer.
      Example: interlock trades --count 20
      """)
  static let verb = "trades"
  static let columns = [
    "closed_at", "instrument", "direction", "quantity", "entry_price", "exit_price", "end", "net",
    "fees", "strategy",
  ]
  @Option(help: "How many at most, 1 to 512.") var count: Int = 100
  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var output: JSONFlag

  var arguments: [String: String] { ["count": "\(count)"] }

  func validate() throws {
    guard (1...512).contains(count) else {
      throw ValidationError("--count: \(count) is out of bounds, 1 to 512")
    }
  }
}
