import Daemon
import Domain
import Foundation
import Testing
import Wire

@testable import Console

@Suite("console: metrics")
struct MetricsTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private func text(isOpenMetrics: Bool = false) throws -> String {
    let state = try StateDrive.busy()
    return MetricsText(
      state: state, now: StateDrive.now, refused: ["wrong token": 2], isOpenMetrics: isOpenMetrics
    ).text
  }

  private func families(_ text: String) -> Set<String> {
    Set(
      text.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }.map {
        String($0.split(separator: " ")[2])
      })
  }

  @Test func `every name is documented, and every documented name is there`() throws {
    let document = try String(
      contentsOf: Self.root.appendingPathComponent("docs/metrics.md"), encoding: .utf8)
    let named = document.split(separator: "\n").compactMap { line -> String? in
      guard line.hasPrefix("| `interlock_") else { return nil }
      return line.split(separator: "`").dropFirst().first.map(String.init)
    }
    #expect(Set(named) == families(try text()))
  }

  @Test func `rules and dashboard ask for names there are`() throws {
    let known = families(try text())
    for file in ["alerts.yml", "dashboard.json"] {
      let path = Self.root.appendingPathComponent("ops/monitoring/\(file)")
      let words = try String(contentsOf: path, encoding: .utf8)
        .split { !$0.isLetter && !$0.isNumber && $0 != "_" }
      let asked = words.filter { $0.hasPrefix("interlock_") }.map { word -> String in
        word.hasSuffix("_bucket") ? String(word.dropLast("_bucket".count)) : String(word)
      }
      #expect(!asked.isEmpty)
      for name in asked { #expect(known.contains(name), "\(file): \(name)") }
    }
  }

  @Test func `numbers say what the state says, and what is unknown is left out`() throws {
    let lines = Set(try text().split(separator: "\n").map(String.init))
    for line in [
      "interlock_stage_up{stage=\"risk-gate\"} 0", "interlock_stage_up{stage=\"order-router\"} 1",
      "interlock_kill_switch_active 1", "interlock_equity_usd 99000",
      "interlock_drawdown_ratio 0.01", "interlock_exposure_usd{instrument=\"PF_XBTUSD\"} 1000",
      "interlock_closed_trades_total{end=\"stop\"} 1", "interlock_fees_usd_total 2.5",
      "interlock_denials_total{by=\"gate\",code=\"MAX_POSITIONS\"} 1",
      "interlock_console_refused_requests_total{why=\"wrong token\"} 2",
      "interlock_hop_seconds_count{hop=\"signal_to_intent\"} 1", "interlock_ready 0",
    ] {
      #expect(lines.contains(line), "\(line)")
    }
    let empty = MetricsText(
      state: ConsoleState(configuration: .defaults(profile: .demo), now: 0), now: 1, refused: [:],
      isOpenMetrics: false
    ).text
    #expect(!empty.contains("interlock_equity_usd") && !empty.contains("interlock_stage_up"))
  }

  @Test func `OpenMetrics names a counter without its suffix and ends with a mark`() throws {
    let text = try text(isOpenMetrics: true)
    #expect(text.hasSuffix("# EOF\n"))
    #expect(text.contains("# TYPE interlock_signals counter\ninterlock_signals_total 2\n"))
    #expect(!(try self.text()).contains("# EOF"))
  }

  @Test func `a label holds any text`() {
    #expect(MetricsWriter.escaped("a\"b\\c\nd") == "a\\\"b\\\\c\\nd")
  }
}
