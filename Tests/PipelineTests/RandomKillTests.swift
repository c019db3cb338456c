import Foundation
import Testing

/// Any stage, the venue included, killed at random moments for a while; the venue's book judges.
///
/// A slice of `INTERLOCK_CHAOS_SECONDS` (20 in CI) with seed `INTERLOCK_CHAOS_SEED`, and half of
/// that under each set of the venue's policies; `ops/test --long` runs ten minutes and five.
@Suite("random kills", .serialized)
struct RandomKillTests {
  private static let stages = [
    "market-data", "signal-service", "risk-gate", "order-router", "tap-relay", "paper-venue",
  ]

  private static func setting(_ name: String, _ standard: UInt64) -> UInt64 {
    ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } ?? standard
  }

  /// What the venue leaves open or has changed; first as it is documented.
  ///
  /// Together the others take every switch away from its default.
  private static let policies = [
    "{}",
    "{client_order_id: open, hold_ms: 100, deadline: release, executed_word: exact}",
    "{immediate_orders: fills_only, hold_ms: 20, history_lag_ms: 2000, lookup_ms: 1000}",
    "{reduce_only_sum: triggers, trigger_while_flat: false}",
    "{reduce_only_sum: resting}",
  ]

  @Test(arguments: policies)
  func `one decision stays at most one order and nothing accepted is lost`(
    _ policies: String
  ) async throws {
    let whole = Double(Self.setting("INTERLOCK_CHAOS_SECONDS", 20))
    let seconds = policies == Self.policies[0] ? whole : whole / 2
    let seed = Self.setting("INTERLOCK_CHAOS_SEED", 1)
    let pipeline = try Pipeline()
    let configuration = pipeline.folder.appendingPathComponent("policies.yaml")
    try Data("venue:\n  policies: \(policies)\n".utf8).write(to: configuration)
    try pipeline.start([
      "--config", configuration.path, "--speed", "240", "--for", "\(Int(seconds) + 15)s",
      "--summary", pipeline.summary.path,
    ])
    try await pipeline.waitUntilReady()
    var random = SeededDice(state: seed)
    var kills = 0
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      let name = Self.stages[Int(random.next() % UInt64(Self.stages.count))]
      if let stage = try await pipeline.stages().first(where: { $0.name == name }), stage.pid > 0,
        kill(stage.pid, SIGKILL) == 0
      {
        kills += 1
      }
      try await Task.sleep(for: .milliseconds(Int(random.next() % 1200)))
    }
    try await pipeline.waitUntilReady()
    let run = try #require(pipeline.process)
    try await Pipeline.ended(run, seconds: 120)
    let summary = try pipeline.readSummary()
    let told = "\(kills) kills in \(Int(seconds)) s, \(policies), seed \(seed): \(summary)"
    print(told)
    #expect(kills > 0)
    #expect(run.terminationStatus == 0, "\(told)\n\(pipeline.output)")
    for key in ["duplicate_orders", "lost_intents", "unprotected", "held"] {
      #expect(summary[key] as? Int == 0, "\(key): \(told)")
    }
    #expect(summary["orders"] as? Int ?? 0 > 0, "\(told)")
  }
}

/// The generator of splitmix64.
private struct SeededDice {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
