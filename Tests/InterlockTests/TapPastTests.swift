import Daemon
import Domain
import Foundation
import Testing
import Wire

/// `interlock tap --since` at a real relay: what it remembers, what it has forgotten, and where the
/// past meets the present.
@Suite("the past of a tap", .serialized, .timeLimit(.minutes(10)))
struct TapPastTests {
  private let folder: ScratchFolder
  private let stages: FakeStages
  private let market: Publisher

  init() throws {
    folder = try ScratchFolder()
    stages = try FakeStages(folder)
    market = try Publisher(
      context: try ZMQContext(), endpoint: try RunDirectory(stages.run).market,
      source: "market-data", epoch: 1)
  }

  private func relay() throws -> RealCommand {
    try RealCommand(
      ["--run-dir", stages.run, "--state-dir", folder.file("state"), "--log-level", "error"],
      in: folder,
      executable: RealCommand.binaries.appendingPathComponent("tap-relay").path)
  }

  private func say(_ detail: String = "") {
    market.service()
    market.publish(.control(ControlNote(state: "tick", generation: 1, detail: detail)))
  }

  /// How much the relay has passed on in this life; 0 before it answers.
  private func relayed() -> UInt64 {
    let client = ControlClient(socket: RunFiles(stages.run).controlSocket("tap-relay"))
    guard let answer = try? client.ask("status"),
      let object = try? JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any]
    else { return 0 }
    return object["relayed"] as? UInt64 ?? 0
  }

  /// Says `detail` until the relay has passed on `count`.
  private func fill(_ count: UInt64, _ detail: String = "") async throws {
    try await RealCommand.until("the relay has heard \(count)", seconds: 120) {
      for _ in 0..<min(500, count) { say(detail) }
      return relayed() >= count
    }
  }

  private func tap(_ since: String, count: Int) async throws -> [[String: Any]] {
    let command = try RealCommand(
      [
        "tap", "control", "--json", "--since", since, "--count", "\(count)", "--run-dir",
        stages.run,
      ], in: folder)
    try await RealCommand.until("the tap ends: \(command.errors)", seconds: 120) {
      say()
      return !command.process.isRunning
    }
    let answer = try await command.answer()
    #expect(answer.code == 0 && answer.errors.isEmpty, "\(answer.code) \(answer.errors)")
    return try answer.output.split(separator: "\n").map { line in
      try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
    }
  }

  private func numbers(_ rows: [[String: Any]]) -> [Int] { rows.compactMap { $0["tap"] as? Int } }

  @Test func `each message once and in order, from the number on and into the present`()
    async throws
  {
    let relay = try relay()
    try await fill(200)
    let known = Int(relayed())
    let rows = try await tap("20", count: known + 100)
    #expect(numbers(rows) == Array(20..<(20 + known + 100)), "\(rows.count) of \(known)")
    #expect(rows.allSatisfy { $0["gap"] == nil })
    // Whoever was away goes on with the number after the last it has.
    let last = try #require(numbers(rows).last)
    #expect(numbers(try await tap("\(last + 1)", count: 5)).first == last + 1)
    withExtendedLifetime(relay) {}
  }

  @Test func `what the relay has forgotten is a gap, said first`() async throws {
    let relay = try relay()
    // More than the 8 MiB that are kept.
    try await fill(20_000, String(repeating: "x", count: 500))
    let rows = try await tap("1", count: 20)
    let missed = try #require(rows.first?["gap"] as? Int, "\(rows.first ?? [:])")
    #expect(missed > 0 && rows.first?["source"] as? String == "tap-relay")
    #expect(numbers(rows) == Array((missed + 1)..<(missed + 21)))
    withExtendedLifetime(relay) {}
  }

  @Test func `a number of an earlier life of the relay is told as such`() async throws {
    let relay = try relay()
    try await fill(60)
    let rows = try await tap("1000000", count: 3)
    #expect(rows.first?["gap"] as? Int == 0, "\(rows)")
    #expect(numbers(rows) == [1, 2, 3], "\(rows)")
    withExtendedLifetime(relay) {}
  }

  @Test func `without a relay it ends with 69`() async throws {
    let answer = try await RealCommand(
      ["tap", "all", "--since", "1", "--run-dir", stages.run], in: folder
    ).answer(seconds: 60)
    #expect(answer.code == 69 && answer.errors.contains("tap-relay"), "\(answer)")
  }
}
