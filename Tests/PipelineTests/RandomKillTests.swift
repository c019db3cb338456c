import Foundation
import Testing

/// Any stage, the venue included, killed at random moments for a while; the venue's book judges.
///
/// A slice of `INTERLOCK_CHAOS_SECONDS` (20 in CI) with seed `INTERLOCK_CHAOS_SEED`; `ops/test
/// --long` runs ten minutes.
@Suite("random kills", .serialized)
struct RandomKillTests {
  private static let stages = [
    "market-data", "signal-service", "risk-gate", "order-router", "tap-relay", "paper-venue",
  ]

  private static func setting(_ name: String, _ standard: UInt64) -> UInt64 {
    ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } ?? standard
  }

  @Test func `one decision stays at most one order and nothing accepted is lost`() async throws {
    let seconds = Double(Self.setting("INTERLOCK_CHAOS_SECONDS", 20))
    let seed = Self.setting("INTERLOCK_CHAOS_SEED", 1)
    let pipeline = try Pipeline()
    try pipeline.start([
      "--speed", "240", "--for", "\(Int(seconds) + 15)s", "--summary", pipeline.summary.path,
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
    let told = "\(kills) kills in \(Int(seconds)) s, seed \(seed): \(summary)"
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
