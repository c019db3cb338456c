import ArgumentParser
import Daemon
import Foundation

/// `interlock risk`: every limit with its value, bound and head-room; locks; trading state.
struct RiskCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "risk",
    abstract: "Every limit with value, bound and head-room; trading state, locks, cool-downs.",
    discussion: """
      The router answers from its ledger; the gate adds its own rows when it is there.
      Exit codes: 0 shown, 69 not running, 75 no answer.
      Example: interlock risk --json
      """)
  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var output: JSONFlag

  func run() throws {
    let answer = try directory.ask("order-router", "risk")
    guard
      var report = try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any]
    else { throw Fatal(.internalError, "unable to read the router's answer: another build's") }
    do {
      let gate = try directory.ask("risk-gate", "risk")
      report["gate"] = try JSONSerialization.jsonObject(with: Data(gate.utf8))
    } catch let failure as Fatal {
      report["gate"] = JSONText.null
      report["gate_error"] = failure.message
    }
    print(output.json ? JSONText.line(report) : Self.text(report))
  }

  private static let head = [
    ("trading state", "trading_state"), ("measured state", "measured_state"),
    ("because", "measured_why"), ("phase", "phase"), ("equity", "equity"),
    ("day began with", "day_start_equity"), ("realised today", "day_realised"),
    ("peak equity", "peak_equity"), ("losses in a row, tight", "streak_tight"),
    ("losses in a row, wide", "streak_wide"),
  ]

  /// The state, then the limits, then what is locked and what waits.
  static func text(_ report: [String: Any]) -> String {
    var lines = head.compactMap { name, key in
      (report[key] as? String).map { "\(name): \($0)" }
    }
    let own = report["rows"] as? [[String: Any]] ?? []
    let gate = report["gate"] as? [[String: Any]] ?? []
    let columns = ["control", "value", "bound", "headroom", "ok"]
    lines += ["", Table.text(columns, (own + gate).map { cells($0, columns) })]
    if let error = report["gate_error"] as? String {
      lines.append("the gate's own rows are missing: \(error)")
    }
    let locks = report["locks"] as? [[String: Any]] ?? []
    lines += ["", locks.isEmpty ? "no locks" : LocksCommand.text(locks)]
    for asked in report["asked"] as? [[String: Any]] ?? [] {
      let word = { (key: String) in asked[key] as? String ?? "-" }
      lines.append(
        "waits for confirmation: \(word("limit")) to \(word("to")), asked by \(word("by")): "
          + word("why"))
    }
    return lines.joined(separator: "\n")
  }

  static func cells(_ row: [String: Any], _ columns: [String]) -> [String] {
    columns.map { row[$0].map(Table.cell) ?? "-" }
  }
}
