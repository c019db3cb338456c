import Foundation
import Testing

/// Every process real, every socket real: from the venue's candles to protected positions.
@Suite("the whole pipeline", .serialized)
struct WholePipelineTests {
  private static let mustBeZero = ["duplicate_orders", "lost_intents", "unprotected", "held"]
  private static let mustBePositive = ["candles", "signals", "intents", "orders", "fills"]

  private func judge(_ pipeline: Pipeline) throws {
    let summary = try pipeline.readSummary()
    for key in Self.mustBePositive {
      #expect(summary[key] as? Int ?? 0 > 0, "\(key) in \(summary)")
    }
    for key in Self.mustBeZero { #expect(summary[key] as? Int == 0, "\(key) in \(summary)") }
  }

  @Test func `real candles become protected positions while each stage is killed in turn`()
    async throws
  {
    guard let shared = Pipeline.shared else { return }
    let pipeline = try Pipeline()
    try pipeline.start([
      "--market", shared.appendingPathComponent("market").path, "--speed", "180", "--for", "60s",
      "--summary", pipeline.summary.path,
    ])
    try await pipeline.waitUntilReady()
    for stage in [
      "market-data", "signal-service", "risk-gate", "order-router", "tap-relay", "paper-venue",
      "console",
    ] {
      try await pipeline.killAndAwaitReturn(stage)
    }
    // Trading goes on: the chain of new lives sends an order that the old ones did not.
    let before = try await pipeline.orders()
    try await Pipeline.until("an order after the last kill", seconds: 40) {
      try await pipeline.orders() > before
    }
    let run = try #require(pipeline.process)
    try await Pipeline.ended(run, seconds: 120)
    #expect(run.terminationStatus == 0, "\(pipeline.output)")
    try judge(pipeline)
    let restarts = try pipeline.readSummary()["restarts"] as? [String: Int] ?? [:]
    #expect(restarts.count == 7 && restarts.values.allSatisfy { $0 == 1 }, "\(restarts)")
  }

  @Test func `the generator alone gives orders, taps show them, a second run is refused`()
    async throws
  {
    let pipeline = try Pipeline()
    try pipeline.start(["--speed", "240", "--for", "30s", "--summary", pipeline.summary.path])
    try await pipeline.waitUntilReady()

    let tap = try await pipeline.command(["tap", "signals", "--json", "--count", "1"])
    #expect(tap.code == 0, "\(tap.text)")
    let lines = tap.text.split(separator: "\n").filter { $0.contains("\"signals\"") }
    #expect(lines.count == 1, "\(tap.text)")

    let second = try await pipeline.command(
      ["run", "--state-dir", pipeline.stateDirectory], seconds: 60)
    #expect(second.code == 75, "\(second.text)")
    #expect(second.text.contains("instance.lock"))
    for verb in ["orders", "positions", "intents", "fills", "events"] {
      let answer = try await pipeline.command([verb, "--json"])
      #expect(answer.code == 0, "\(verb): \(answer.text)")
    }
    let run = try #require(pipeline.process)
    try await Pipeline.ended(run, seconds: 120)
    #expect(run.terminationStatus == 0, "\(pipeline.output)")
    try judge(pipeline)
    #expect(try await pipeline.command(["status"]).code == 69)
  }
}
