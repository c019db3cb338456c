import Foundation
import Testing

/// `interlock restart` of every stage while the market plays, judged by the proposer's own record,
/// the gate's and the venue's book.
@Suite("restarts", .serialized, .timeLimit(.minutes(10)))
struct RestartTests {
  private static let stages = [
    "risk-gate", "signal-service", "order-router", "market-data", "tap-relay", "paper-venue",
    "console", "alerter",
  ]

  /// A configuration with somebody to tell, who is not there.
  private static func alerting(_ pipeline: Pipeline) throws -> String {
    let secrets = pipeline.folder.appendingPathComponent("alerts")
    try Data("webhook=http://127.0.0.1:1/nobody\n".utf8).write(to: secrets)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secrets.path)
    let config = pipeline.folder.appendingPathComponent("restart.yaml")
    try Data("alerts:\n  secrets_file: \(secrets.path)\n".utf8).write(to: config)
    return config.path
  }

  /// The objects of an append-only file of lines.
  private static func lines(_ path: String) throws -> [[String: Any]] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").compactMap {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
  }

  private static func restart(_ stage: String, of pipeline: Pipeline) async throws {
    let found = try await pipeline.stages().first { $0.name == stage }
    let before = try #require(found, "\(stage) is a stage")
    let answer = try await pipeline.command(["restart", stage])
    #expect(answer.code == 0, "\(answer.text)")
    try await Pipeline.until("\(stage) is back", seconds: 60) {
      try await pipeline.stages().contains {
        $0.name == stage && $0.state == "ready" && $0.generation == before.generation + 1
      }
    }
  }

  @Test func `no signal is lost and none becomes two orders while each stage is restarted`()
    async throws
  {
    let pipeline = try Pipeline()
    let market = Pipeline.shared.map { ["--market", $0.appendingPathComponent("market").path] }
    try pipeline.start(
      (market ?? []) + [
        "--speed", "180", "--summary", pipeline.summary.path, "--config",
        try Self.alerting(pipeline),
      ])
    try await pipeline.waitUntilReady()
    for stage in Self.stages + Self.stages { try await Self.restart(stage, of: pipeline) }
    let orders = try await pipeline.orders()
    try await Pipeline.until("an order after the last restart", seconds: 90) {
      try await pipeline.orders() > orders
    }
    // Longer than a signal may be offered: this length is the condition.
    let end = Int64(Date().timeIntervalSince1970 * 1000)
    try await Task.sleep(for: .seconds(11))
    let run = try #require(pipeline.process)
    run.interrupt()
    try await Pipeline.ended(run, seconds: 120)
    let summary = try pipeline.readSummary()
    #expect(run.terminationStatus == 0, "\(summary)\n\(pipeline.output)")
    for key in ["duplicate_orders", "lost_intents", "unprotected", "held"] {
      #expect(summary[key] as? Int == 0, "\(key) in \(summary)")
    }
    let restarts = summary["restarts"] as? [String: Int] ?? [:]
    // A busy machine may make a bystander look hung besides; who trades was restarted by us alone.
    for stage in Self.stages {
      let count = restarts[stage] ?? 0
      #expect(["console", "alerter"].contains(stage) ? count >= 2 : count == 2, "\(restarts)")
    }
    let state = pipeline.stateDirectory
    let proposed = Set(
      try Self.lines("\(state)/signals.jsonl").filter { $0["wall_ms"] as? Int64 ?? 0 <= end }
        .compactMap { $0["signal"] as? String })
    let verdicts = try Self.lines("\(state)/gate.jsonl")
    let judged = Set(verdicts.compactMap { $0["signal"] as? String })
    let lost = proposed.subtracting(judged)
    #expect(lost.isEmpty, "without a verdict: \(lost.sorted())")
    #expect(!proposed.isEmpty)
    // One signal, one intent, however often it was offered.
    let intents = Dictionary(
      grouping: verdicts.filter { $0["accepted"] as? Bool == true },
      by: { $0["signal"] as? String ?? "" }
    ).mapValues { Set($0.compactMap { $0["intent"] as? String }) }
    #expect(intents.values.allSatisfy { $0.count == 1 }, "\(intents)")
    print(
      "restarts: each of \(Self.stages.joined(separator: ", ")) twice: \(proposed.count) signals, "
        + "\(lost.count) lost; \(summary)")
  }
}
