import ArgumentParser
import Daemon
import Domain
import Foundation
import Glibc
import SignalService
import Simulation
import Synchronization

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

  @Option(
    help: ArgumentHelp(
      "Run every combination of parameters in this file, on all cores; needs --report, and goes on "
        + "there where an interrupted sweep stopped.", valueName: "file"))
  var sweep: String?

  @OptionGroup var output: JSONFlag

  func validate() throws {
    guard sweep == nil || report != nil else {
      throw ValidationError("--sweep: name a folder with --report")
    }
  }

  func run() throws {
    if let sweep, let report { return try run(sweep, in: report) }
    let bar = ProgressBar(of: 1)
    let plan = try input.plan(keepsJournal: self.report != nil)
    for line in plan.leftAside { Output.write("\(line)\n", to: STDERR_FILENO) }
    let result = try plan.play { bar.show("backtest", index: 0, fraction: $0) }
    bar.clear()
    let report = BacktestReport(result, settings: plan.told)
    let json = try report.json()
    let files = try self.report.map { try ReportFolder(Directories.absolute($0)) }
    try files?.write(report, json)
    try files?.write(result.journal)
    if output.json {
      print(json, terminator: "")
    } else {
      print(ReportText(report).text, terminator: "")
      print("hash: \(RunHash.of(json))")
      if let files { print("report: \(files.path)/report.html") }
    }
  }

  private func run(_ path: String, in folder: String) throws {
    let sweep = try Sweep(try SweepFile(path), input)
    let files = try ReportFolder(Directories.absolute(folder))
    let log = try SweepLog(folder: files.path, identity: sweep.identity)
    let known = log.done.count
    if known > 0 {
      Output.write(
        "\(known) of \(sweep.file.count) combinations are done already\n", to: STDERR_FILENO)
    }
    let bar = Mutex(ProgressBar(of: sweep.file.count))
    let count = try sweep.run(log) { done in
      bar.withLock { $0.show("sweep", index: min(done, sweep.file.count - 1), fraction: 0) }
    }
    bar.withLock { $0.clear() }
    let table = sweep.table(log.done)
    try files.write(table, to: "sweep.csv")
    if output.json {
      print(
        "{\"combinations\":\(sweep.file.count),\"ran\":\(count),\"hash\":\"\(RunHash.of(table))\"}")
    } else {
      print(table, terminator: "")
      print("\(count) combinations ran, \(known) were done before; hash: \(RunHash.of(table))")
    }
  }
}
