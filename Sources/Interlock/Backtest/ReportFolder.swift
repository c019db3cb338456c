import Daemon
import Foundation
import Simulation

/// The folder that a report is written to; files of an earlier report are replaced.
struct ReportFolder {
  let path: String

  init(_ path: String) throws(Fatal) {
    self.path = path
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw Fatal(
        .badConfiguration,
        "unable to make the folder \(path): \(error.localizedDescription): name one that can be "
          + "written")
    }
  }

  func write(_ report: BacktestReport, _ json: String) throws(Fatal) {
    let tables = ReportTables(report)
    try write(json, to: "report.json")
    try write(ReportText(report).text, to: "report.txt")
    try write(ReportPage(report).html, to: "report.html")
    try write(tables.trades, to: "trades.csv")
    try write(tables.equity, to: "equity.csv")
    try write(tables.days, to: "days.csv")
  }

  /// What `interlock compare` reads.
  func write(_ journal: TradeJournal) throws(Fatal) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      let data = try encoder.encode(journal)
      try write(String(decoding: data, as: UTF8.self) + "\n", to: "journal.json")
    } catch let error as Fatal {
      throw error
    } catch {
      throw Fatal(.internalError, "unable to write \(path)/journal.json: \(error)")
    }
  }

  func write(_ text: String, to name: String) throws(Fatal) {
    do {
      try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
    } catch {
      throw Fatal(
        .badConfiguration,
        "unable to write \(path)/\(name): \(error.localizedDescription): make room or name another "
          + "folder")
    }
  }
}
