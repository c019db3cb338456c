import ArgumentParser
import Daemon
import Domain
import Foundation
import SignalService
import Simulation

/// `interlock backtest`.
struct BacktestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backtest",
    abstract: "Trade recorded candles with the machines that trade, and report.",
    discussion: """
      The signal service's, the gate's, the router's and the simulated venue's own machines run in \
      one thread on virtual time. The same files and settings give the same bytes; the hash of the \
      report is printed. Nothing of a running pipeline is touched. docs/backtest.md explains what \
      is modelled and every number of the report.
      Exit codes: 0 reported, also when nothing was traded; 64 misuse; 75 a file changed \
      meanwhile; 78 a file or the configuration cannot be used.
      Example: interlock backtest --market market/ --strategy breakout --report report
      """)

  @OptionGroup var input: BacktestOptions

  @Option(
    help: ArgumentHelp(
      "Folder for report.json, report.txt, report.html, trades.csv, equity.csv and days.csv "
        + "(default: none).",
      valueName: "folder"))
  var report: String?

  @OptionGroup var output: JSONFlag

  func run() throws {
    let bar = ProgressBar(of: 1)
    let plan = try input.plan()
    for line in plan.leftAside { Output.write("\(line)\n", to: STDERR_FILENO) }
    let result = try plan.play { bar.show("backtest", index: 0, fraction: $0) }
    bar.clear()
    let report = BacktestReport(result, settings: plan.told)
    let json = try report.json()
    let files = try self.report.map { try ReportFolder(Directories.absolute($0)) }
    try files?.write(report, json)
    if output.json {
      print(json, terminator: "")
    } else {
      print(ReportText(report).text, terminator: "")
      print("hash: \(RunHash.of(json))")
      if let files { print("report: \(files.path)/report.html") }
    }
  }
}
