import Domain
import Foundation
import Testing

@testable import RiskGate

/// The tables of `docs/risk-gate.md` are those of the code.
///
/// `INTERLOCK_WRITE_DOCS=1` writes them instead of comparing.
@Suite("documents of the gate")
struct DocumentTests {
  private static let docs = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("docs")

  private func check(_ name: String, _ rows: [String]) throws {
    let url = Self.docs.appendingPathComponent("risk-gate.md")
    let text = try String(contentsOf: url, encoding: .utf8)
    let begin = try #require(text.range(of: "<!-- \(name) -->\n"))
    let end = try #require(text.range(of: "<!-- end -->", range: begin.upperBound..<text.endIndex))
    let table = rows.joined(separator: "\n") + "\n"
    if ProcessInfo.processInfo.environment["INTERLOCK_WRITE_DOCS"] != nil {
      let written = text.replacingCharacters(
        in: begin.upperBound..<end.lowerBound, with: "\n\(table)\n")
      try written.write(to: url, atomically: true, encoding: .utf8)
      return
    }
    let found = text[begin.upperBound..<end.lowerBound]
      .split(separator: "\n").map(String.init)
    #expect(found == rows, "INTERLOCK_WRITE_DOCS=1 writes them anew")
  }

  @Test func `every control and its code, key and standard`() throws {
    let header = [
      "| control | code | value | key | standard |", "|---|---|---|---|---|",
    ]
    let rows = Control.all.map { control -> String in
      let mark = control.isPresence ? " •" : ""
      let sense = control.sense.rawValue.replacingOccurrences(of: "<", with: "&lt;")
        .replacingOccurrences(of: ">", with: "&gt;")
      let (key, standard) =
        switch control.bound {
        case .limit(let id): ("`\(id.row.key)`", id.row.text(id.row.standard))
        case .fixed(let value): ("–", control.unit.text(value))
        }
      return "| `\(control.name)`\(mark) | `\(control.code.rawValue)` | \(control.meaning) "
        + "| \(key) | \(sense) \(standard) |"
    }
    try check("controls", header + rows)
  }

  @Test func `every condition of the trading state`() throws {
    let header = [
      "| condition | reducing from | halted from | released below |", "|---|---|---|---|",
    ]
    let rows = StateCondition.all.map { condition in
      let halted = condition.halted.map { "`\($0.row.key)` \($0.row.text($0.row.standard))" } ?? "–"
      let reducing = condition.reducing.row
      return "| `\(condition.name)` | `\(reducing.key)` \(reducing.text(reducing.standard)) "
        + "| \(halted) | \(RiskLimit.Unit.percent.text(condition.release)) of the threshold |"
    }
    try check("states", header + rows)
  }

  @Test func `every law`() throws {
    let header = ["| has to hold | or else |", "|---|---|"]
    let rows = RiskLaw.all.map { law in
      let sign = law.relation == .below ? "&lt;" : "≤"
      return "| \(law.left.name) \(sign) \(law.right.name) | \(law.why) |"
    }
    try check("laws", header + rows)
  }

  @Test func `every code of a denial has a row of what to do`() throws {
    let url = Self.docs.appendingPathComponent("denials.md")
    let text = try String(contentsOf: url, encoding: .utf8)
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }
    for reason in DenialReason.allCases {
      let own = rows.filter { $0.hasPrefix("| `\(reason.rawValue)` |") }
      #expect(own.count == 1, "\(reason.rawValue) stands \(own.count) times in docs/denials.md")
    }
  }
}
