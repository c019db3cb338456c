import Foundation
import Testing

/// What an operator gets wrong ends in one line, a documented code and no process left behind.
@Suite("bad input", .serialized)
struct BadInputTests {
  private func refused(
    _ arguments: [String], _ pipeline: Pipeline, code: Int32, says words: [String]
  ) async throws {
    let answer = try await pipeline.command(
      ["run", "--state-dir", pipeline.stateDirectory, "--for", "1s"] + arguments, seconds: 60)
    #expect(answer.code == code, "\(answer.text)")
    for word in words { #expect(answer.text.contains(word), "\(word) in: \(answer.text)") }
    #expect(Self.processes(mentioning: pipeline.runDirectory).isEmpty)
  }

  /// Processes whose command line names `text`.
  private static func processes(mentioning text: String) -> [String] {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return entries.filter { entry in
      guard Int32(entry) != nil,
        let bytes = FileManager.default.contents(atPath: "/proc/\(entry)/cmdline")
      else { return false }
      return String(decoding: bytes, as: UTF8.self).contains(text)
    }
  }

  private func file(_ name: String, _ text: String, in pipeline: Pipeline) throws -> String {
    let path = pipeline.folder.appendingPathComponent(name).path
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  private static let header = "ts,open,high,low,close,volume\n"

  @Test func `a market file that is not there`() async throws {
    let pipeline = try Pipeline()
    try await refused(
      ["--market", "/nowhere/BTCUSDT_1m.csv"], pipeline, code: 78,
      says: ["/nowhere/BTCUSDT_1m.csv"])
  }

  @Test(arguments: [
    ("empty", ""),
    ("header only", header),
    (
      "unsorted",
      header + "1746372840000,1,2,1,2,1\n1746372780000,1,2,1,2,1\n1746372900000,1,2,1,2,1\n"
    ),
    ("impossible", header + "1746372780000,1,2,1,2,1\n1746372840000,5,2,7,2,1\n"),
    ("no number", header + "1746372780000,1,2,1,2,1\n1746372840000,nan,2,1,2,1\n"),
  ])
  func `a candle file that cannot be right`(_ what: String, _ text: String) async throws {
    let pipeline = try Pipeline()
    let path = try file("x_BTCUSDT_1m.csv", text, in: pipeline)
    try await refused(["--market", path], pipeline, code: 78, says: [path])
  }

  @Test func `a flag that does not exist`() async throws {
    let pipeline = try Pipeline()
    try await refused(["--levrage", "5"], pipeline, code: 64, says: ["--levrage"])
  }

  @Test func `a state directory that cannot be made`() async throws {
    let pipeline = try Pipeline()
    let path = try file("occupied", "", in: pipeline)
    let answer = try await pipeline.command(["run", "--state-dir", "\(path)/state"])
    #expect(answer.code == 78, "\(answer.text)")
    #expect(answer.text.contains("occupied"))
  }

  @Test func `a configuration with errors shows all of them`() async throws {
    let pipeline = try Pipeline()
    let path = try file(
      "bad.yaml", "risk_gate:\n  max_posittions: 3\n  max_notional_usd: lots\n", in: pipeline)
    try await refused(
      ["--config", path], pipeline, code: 78,
      says: ["bad.yaml:2", "max_posittions", "bad.yaml:3", "max_notional_usd"])
  }
}
