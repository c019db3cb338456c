import Domain
import Foundation

/// What the gate decided of one signal, from its own append-only file: it needs nobody alive.
struct GateStory: Decodable {
  struct Check: Decodable {
    let control: String
    let ok: Bool
    let value: String
    let bound: String
  }

  struct Reason: Decodable {
    let reason: String
    let detail: String
  }

  let wall_ms: Int64
  let signal: String
  let instrument: String
  let accepted: Bool
  let intent: String?
  let denials: [Reason]?
  /// Absent in lines of older builds.
  let checks: [Check]?

  /// The newest line about `signal`, and itself as JSON; nil when there is none.
  static func newest(_ signal: String, in stateDirectory: String) -> (GateStory, Any)? {
    let url = URL(fileURLWithPath: "\(stateDirectory)/gate.jsonl")
    guard let file = try? Data(contentsOf: url, options: .mappedIfSafe) else { return nil }
    let needle = Data("\"signal\":\(JSONText.quoted(signal))".utf8)
    var end = file.endIndex
    while let hit = file.range(of: needle, options: .backwards, in: file.startIndex..<end) {
      let newline = UInt8(ascii: "\n")
      let start = file[..<hit.lowerBound].lastIndex(of: newline).map { $0 + 1 } ?? file.startIndex
      let stop = file[hit.upperBound...].firstIndex(of: newline) ?? file.endIndex
      // A line that was torn by a crash is no line.
      if let story = try? JSONDecoder().decode(GateStory.self, from: file[start..<stop]),
        let object = try? JSONSerialization.jsonObject(with: file[start..<stop])
      {
        return (story, object)
      }
      end = hit.lowerBound
    }
    return nil
  }

  /// The verdict, then each failed check, then each that passed.
  var text: String {
    var lines = [
      "\(ISO8601.text(milliseconds: wall_ms))  risk-gate  \(instrument)  "
        + (accepted ? "ACCEPTED" : "DENIED"),
      "  signal \(signal)",
    ]
    if let intent { lines.append("  intent \(intent)") }
    lines += (denials ?? []).map { "  \($0.reason): \($0.detail)" }
    guard let checks, !checks.isEmpty else { return lines.joined(separator: "\n") }
    let sorted = checks.filter { !$0.ok } + checks.filter(\.ok)
    let table = Table.text(
      ["check", "result", "value", "bound"],
      sorted.map { [$0.control, $0.ok ? "passed" : "FAILED", $0.value, $0.bound] })
    lines += table.split(separator: "\n").map { "  \($0)" }
    return lines.joined(separator: "\n")
  }
}
