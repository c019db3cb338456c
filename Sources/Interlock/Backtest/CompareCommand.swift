import ArgumentParser
import Daemon
import Foundation
import Simulation

/// `interlock compare RUN BACKTEST`.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Compare a real run with a backtest over the same market.",
    discussion: """
      RUN is a folder with the state directory's signals.jsonl and gate.jsonl, and with \
      intents.json, orders.json and fills.json, which interlock intents, orders and fills print \
      with --json. BACKTEST is the folder that interlock backtest --report wrote. Exit code 1 when \
      they differ by more than the declared effects of latency.
      """)

  @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run")) var real: String
  @Argument(help: ArgumentHelp("Folder of the report.", valueName: "backtest"))
  var backtest: String
  @OptionGroup var output: JSONFlag

  private struct Answer: Encodable {
    let decisions: Int
    let intents: Int
    let trades: Int
    let differences: [JournalComparison.Difference]
  }

  func run() throws {
    let journal: TradeJournal = try RunJournal.object(
      "\(Directories.absolute(backtest))/journal.json")
    let comparison = JournalComparison(
      run: try RunJournal.read(Directories.absolute(real)), backtest: journal)
    if output.json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let answer = Answer(
        decisions: comparison.decisions, intents: comparison.intents, trades: comparison.trades,
        differences: comparison.differences)
      print(String(decoding: try encoder.encode(answer), as: UTF8.self))
    } else {
      for difference in comparison.differences {
        print(
          "\(difference.isLatency ? "latency" : "DIFFERS") \(difference.signal): "
            + "\(difference.what): run \(difference.run), backtest \(difference.backtest)")
      }
      print(
        "\(comparison.decisions) decisions, \(comparison.intents) intents and "
          + "\(comparison.trades) trades in both; \(comparison.undeclared.count) differences, "
          + "\(comparison.differences.count - comparison.undeclared.count) effects of latency")
    }
    let agrees = comparison.decisions > 0 && comparison.undeclared.isEmpty
    StageHost.leave(agrees ? .done : .no)
  }
}
