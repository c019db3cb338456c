import Foundation
import Testing

@testable import RiskGate

/// By the hundred thousand, optimised: `ops/bench interleavings`.
@Suite("interleavings")
struct InterleavingTests {
  private static let seeds: ClosedRange<UInt64> = {
    let bounds = (ProcessInfo.processInfo.environment["INTERLOCK_GATE_SEEDS"] ?? "")
      .components(separatedBy: "..").compactMap { UInt64($0) }
    return bounds.count == 2 && bounds[0] <= bounds[1] ? bounds[0]...bounds[1] : 1...1000
  }()

  @Test func `no limit is passed at the venue, whatever comes in whatever order`() {
    var forwarded = 0
    var filled = 0
    var restarts = 0
    for seed in Self.seeds {
      var one = Interleaving(seed: seed)
      one.run(steps: 80)
      #expect(one.violations == [], "seed \(seed)")
      forwarded += one.forwarded
      filled += one.filled
      restarts += one.restarts
    }
    // Otherwise nothing was shown.
    #expect(forwarded > Self.seeds.count)
    #expect(filled > Self.seeds.count / 2)
    print(
      "interleavings \(Self.seeds): \(forwarded) intents, \(filled) fills, \(restarts) restarts")
  }

  @Test func `the judge finds a gate that forgets what it has promised`() {
    let found = (UInt64(1)...300).count { seed in
      var one = Interleaving(seed: seed, isForgetful: true)
      one.run(steps: 80)
      return !one.violations.isEmpty
    }
    #expect(found > 10)
  }
}
