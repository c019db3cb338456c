import Daemon
import Testing

@testable import Supervisor

@Suite("restart policy")
struct RestartPolicyTests {
  private static let second: Int64 = 1_000_000_000
  private let shipped = Configuration.defaults(profile: .live).supervisor

  @Test func `the shipped values are those of the runbook`() {
    #expect(shipped.startTimeoutMilliseconds == 10_000)
    #expect(shipped.heartbeatTimeoutMilliseconds == 2000)
    #expect(shipped.backoffInitialMilliseconds == 100)
    #expect(shipped.backoffMaximumMilliseconds == 5000)
    #expect(shipped.backoffResetSeconds == 60)
    #expect(shipped.breakerDeaths == 5 && shipped.breakerWindowSeconds == 60)
    #expect(shipped.drainTimeoutMilliseconds == 5000)
    #expect(SupervisedChild.abortPatience == 200_000_000)
    #expect(SupervisedChild.terminatePatience == 1_000_000_000)
  }

  @Test func `the back-off doubles from the first value to the largest`() {
    let delays = (1...9).map { RestartPolicy.full($0, shipped) }
    #expect(delays == [100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000])
    #expect(RestartPolicy.full(Int.max, shipped) == 5000)
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func `jitter takes off at most half, and every death is judged alike by the same seed`(
    _ seed: UInt64
  ) {
    var verdicts: [[RestartPolicy.Verdict]] = []
    for _ in 0..<2 {
      var policy = RestartPolicy()
      var random = SeededGenerator(seed: seed)
      verdicts.append(
        (1...5).map { death in
          policy.died(
            now: Int64(death) * Self.second, readySince: nil, settings: shipped, random: &random)
        })
    }
    #expect(verdicts[0] == verdicts[1])
    for (death, verdict) in verdicts[0].enumerated() {
      guard case .restart(let delay) = verdict else {
        Issue.record("given up at death \(death + 1)")
        continue
      }
      let full = RestartPolicy.full(death + 1, shipped)
      #expect((full - full / 2...full).contains(delay))
    }
  }

  @Test func `jitter does differ`() {
    let delays = (0..<50 as Range<UInt64>).map { seed -> RestartPolicy.Verdict in
      var policy = RestartPolicy()
      var random = SeededGenerator(seed: seed)
      return policy.died(now: 0, readySince: nil, settings: shipped, random: &random)
    }
    #expect(Set(delays.map { "\($0)" }).count > 10)
  }

  @Test func `the sixth death within the window gives up, one that is spread out does not`() {
    var random = SeededGenerator(seed: 1)
    var quick = RestartPolicy()
    var slow = RestartPolicy()
    for death in 1...20 {
      let verdict = quick.died(
        now: Int64(death) * Self.second, readySince: nil, settings: shipped, random: &random)
      #expect((verdict == .giveUp(deaths: death)) == (death == 6), "death \(death)")
      if death == 6 { break }
    }
    for death in 1...20 {
      let verdict = slow.died(
        now: Int64(death) * 13 * Self.second, readySince: nil, settings: shipped, random: &random)
      guard case .restart = verdict else {
        Issue.record("given up at death \(death), four in any minute")
        return
      }
    }
  }

  @Test func `a stage that was ready long enough begins at the first back-off again`() {
    var random = SeededGenerator(seed: 1)
    var policy = RestartPolicy()
    var now: Int64 = 0
    for _ in 0..<4 {
      now += Self.second
      _ = policy.died(now: now, readySince: nil, settings: shipped, random: &random)
    }
    let readySince = now + Self.second
    let verdict = policy.died(
      now: readySince + 60 * Self.second, readySince: readySince, settings: shipped,
      random: &random)
    guard case .restart(let delay) = verdict else {
      Issue.record("given up")
      return
    }
    #expect(delay <= 100)
  }
}
