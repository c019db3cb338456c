import Foundation

@testable import Archive
@testable import SignalService

/// The golden sets beside the project, as their own index names them.
struct GoldenFolder {
  struct Set {
    let name: String
    let candles: String
    let first: Int
    let last: Int
    let stride: Int
    let parameters: [String: ParameterValue]
  }

  let url: URL

  /// Nil, said loudly, when there is none.
  init?() {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let shared =
      ProcessInfo.processInfo.environment["INTERLOCK_SHARED"].map { URL(fileURLWithPath: $0) }
      ?? root.appendingPathComponent("../shared").standardizedFileURL
    url = shared.appendingPathComponent("golden")
    guard FileManager.default.fileExists(atPath: url.path) else {
      FileHandle.standardError.write(Data("SKIPPED: no golden records at \(url.path)\n".utf8))
      return nil
    }
  }

  private func object(_ name: String) throws -> [String: Any] {
    let data = try Data(contentsOf: url.appendingPathComponent(name))
    return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
  }

  /// Every set of the index; a record file without an entry is an error, so none is passed over.
  func sets() throws -> [Set] {
    let bases = try object("parameters.json")
    let index = try object("sets.json")
    let files = try FileManager.default.contentsOfDirectory(atPath: url.path)
      .filter { $0.hasSuffix(".jsonl") }.map { String($0.dropLast(".jsonl".count)) }
    return try files.sorted().map { name in
      guard let entry = index[name] as? [String: Any], let base = entry["base"] as? String,
        var members = bases[base] as? [String: Any],
        let candles = entry["candles"] as? String, let first = entry["first"] as? Int,
        let last = entry["last"] as? Int, let stride = entry["stride"] as? Int
      else { throw CocoaError(.fileReadCorruptFile) }
      for (key, value) in entry["overrides"] as? [String: Any] ?? [:] { members[key] = value }
      return Set(
        name: name, candles: candles, first: first, last: last, stride: stride,
        parameters: members.compactMapValues(Self.value))
    }
  }

  static func value(_ member: Any) -> ParameterValue? {
    if let word = member as? String { return .word(word) }
    guard let number = member as? NSNumber else { return nil }
    return String(cString: number.objCType) == "c"
      ? .flag(number.boolValue) : .number(number.doubleValue)
  }

  func records(_ set: Set) throws -> [[String: Any]] {
    let text = try String(
      contentsOf: url.appendingPathComponent("\(set.name).jsonl"), encoding: .utf8)
    return try text.split(whereSeparator: \.isNewline).map { line in
      try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
    }
  }

  func series(_ file: String) throws -> SmcSeries {
    guard let file = try CentsCandleFile.load(url.appendingPathComponent(file).path) else {
      throw CocoaError(.fileReadCorruptFile)
    }
    let bars = file.rows.map { row in
      Bar(
        openTime: row.openTime, open: row.open, high: row.high, low: row.low, close: row.close,
        scale: .cents)
    }
    return SmcSeries(quarters: bars, scale: .cents)
  }
}
