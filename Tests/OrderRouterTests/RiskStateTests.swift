import Domain
import Ledger
import Testing

@testable import OrderRouter

@Suite("the risk state")
struct RiskStateTests {
  private static let minute: Int64 = 60_000

  private func bench(_ change: (inout RiskPolicy) -> Void = { _ in }) throws -> RouterBench {
    var settings = RouterSettings()
    settings.rearmCooldownMilliseconds = 0
    change(&settings.risk)
    let bench = try RouterBench(settings)
    try bench.pass(milliseconds: 500, upTo: 2000)
    return bench
  }

  @Test func `day start and peak stand in the ledger with the first reading of the account`() throws
  {
    let bench = try bench()
    #expect(bench.risk.figure(.dayStartEquity) == 1_000_000)
    #expect(bench.risk.figure(.peakEquity) == 1_000_000)
    #expect(bench.risk.figure(.dayRealised) == 0)
    bench.venue.equity = Money(micros: 1_200_000)
    try bench.pass(milliseconds: 500, upTo: 20_000)
    #expect(bench.risk.figure(.peakEquity) == 1_200_000)
    bench.venue.equity = Money(micros: 900_000)
    try bench.restart()
    try bench.pass(milliseconds: 500, upTo: 20_000)
    #expect(bench.risk.figure(.peakEquity) == 1_200_000, "a restart forgets no peak")
    #expect(bench.risk.figure(.dayStartEquity) == 1_000_000)
    try bench.expectNoDrift()
  }

  @Test func `a new day begins with the first reading after its boundary, whatever is open`() throws
  {
    let bench = try bench()
    try bench.trade("a", exit: 900)
    #expect(bench.risk.figure(.dayRealised) == -10_000)
    try bench.open("b")
    bench.venue.equity = Money(micros: 990_000)
    try bench.pass(milliseconds: 3_600_000, upTo: 86_400_000)
    #expect(bench.risk.figure(.dayStartEquity) == 990_000)
    #expect(bench.risk.figure(.dayRealised) == 0)
    try bench.stopOut(at: 900)
    #expect(bench.risk.figure(.dayRealised) == -10_000)
    try bench.expectNoDrift()
  }

  @Test func `a peak far above the last one is believed only when it is read again`() throws {
    let bench = try bench { $0.plausiblePeak = 50_000_000 }
    bench.venue.equity = Money(micros: 5_000_000)
    bench.holdsAnswers = true
    try bench.pass(milliseconds: 10_000)
    bench.holdsAnswers = false
    try bench.run(.tick)
    #expect(bench.risk.figure(.peakEquity) == 1_000_000)
    bench.venue.equity = Money(micros: 1_000_000)
    try bench.pass(milliseconds: 500, upTo: 2000)
    #expect(bench.risk.figure(.peakEquity) == 1_000_000, "it was not there again")
    bench.venue.equity = Money(micros: 5_000_000)
    try bench.pass(milliseconds: 500, upTo: 20_000)
    #expect(bench.risk.figure(.peakEquity) == 5_000_000)
  }

  @Test func `a round trip is told once, with its result, fees and end`() throws {
    let bench = try bench { $0.takerFee = 50_000 }
    try bench.trade("a", exit: 900)
    let trade = try #require(bench.risk.trades.last)
    #expect(bench.risk.trades.count == 1)
    #expect(trade.profit == Money(micros: -10_000))
    // 5 bps of 0.10 + 0.09 USD.
    #expect(trade.fees == Money(micros: 95))
    #expect(trade.end == .stop && trade.strategy?.text == "breakout")
    #expect(trade.entryPrice == Price(ticks: 1000) && trade.exitPrice == Price(ticks: 900))
    #expect(trade.quantity == Quantity(lots: 10))
    try bench.restart()
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.risk.trades.count == 1)
    try bench.expectNoDrift()
  }

  @Test func `a price that nobody tells makes the result unknown, and no win`() throws {
    let bench = try bench { policy in
      policy.streakWide = 2
      policy.streakWidePause = 60_000
    }
    try bench.trade("a", exit: 900)
    try bench.trade("b", exit: nil)
    #expect(bench.risk.trades.last?.profit == nil)
    #expect(bench.risk.figure(.streakWide) == 1, "neither counted nor ended")
  }

  @Test func `three losses of tight setups pause the tight ones for two hours, over a restart`()
    throws
  {
    let bench = try bench { policy in
      policy.streakTight = 3
      policy.streakTightPause = 120 * Self.minute
      policy.countedLoss = 200_000
    }
    for name in ["a", "b", "c"] { try bench.trade(name, setup: "ob-\(name)", exit: 900) }
    let lock = try #require(bench.risk.activeLocks(at: bench.now.wall).first)
    #expect(lock.kind == .lossStreak && lock.scope == .setups(.tight))
    #expect(lock.until?.milliseconds == lock.since.milliseconds + 120 * Self.minute)
    #expect(bench.risk.figure(.streakTight) == 0, "both counters begin anew")
    try bench.restart()
    try bench.pass(milliseconds: 500, upTo: 3000)
    let tight = Sample.intent("d", at: bench.milliseconds, setup: "fvg-d")
    #expect(try bench.reasons(tight) == [.riskLocked])
    try bench.expectNoDrift()
    #expect(try bench.reasons(Sample.intent("e", at: bench.milliseconds, setup: "range")).isEmpty)
  }

  @Test func `the pause ends with its last millisecond`() throws {
    let bench = try bench { policy in
      policy.streakWide = 1
      policy.streakWidePause = 90 * Self.minute
    }
    try bench.trade("a", exit: 900)
    let until = try #require(bench.risk.activeLocks(at: bench.now.wall).first?.until)
    try bench.pass(milliseconds: until.milliseconds - bench.milliseconds - 1)
    #expect(try bench.reasons(Sample.intent("b", at: bench.milliseconds)) == [.riskLocked])
    try bench.pass(milliseconds: 1)
    #expect(try bench.reasons(Sample.intent("c", at: bench.milliseconds)).isEmpty)
  }

  @Test func `four losses of wide setups pause for ninety minutes; three do not`() throws {
    let bench = try bench { policy in
      policy.streakWide = 4
      policy.streakWidePause = 90 * Self.minute
    }
    for name in ["a", "b", "c"] { try bench.trade(name, exit: 900) }
    #expect(bench.risk.activeLocks(at: bench.now.wall).isEmpty)
    try bench.trade("d", exit: 900)
    let lock = try #require(bench.risk.activeLocks(at: bench.now.wall).first)
    #expect(lock.until?.milliseconds == lock.since.milliseconds + 90 * Self.minute)
  }

  @Test func `any win ends both streaks and the pause`() throws {
    let bench = try bench { policy in
      policy.streakTight = 2
      policy.streakTightPause = 120 * Self.minute
      policy.streakWide = 3
      policy.streakWidePause = 90 * Self.minute
    }
    try bench.trade("a", setup: "ob-a", exit: 900)
    try bench.trade("b", exit: 900)
    #expect(bench.risk.figure(.streakTight) == 1 && bench.risk.figure(.streakWide) == 1)
    try bench.trade("c", exit: 1100)
    #expect(bench.risk.figure(.streakTight) == 0 && bench.risk.figure(.streakWide) == 0)
    try bench.trade("d", setup: "ob-d", exit: 900)
    try bench.trade("e", setup: "ob-e", exit: 900)
    #expect(bench.risk.activeLocks(at: bench.now.wall).count == 1)
    try bench.trade("f", exit: 1100)
    #expect(bench.risk.activeLocks(at: bench.now.wall).isEmpty, "a win clears the cool-down")
    try bench.expectNoDrift()
  }

  @Test(arguments: [(5, 0), (10, 1), (11, 1)])
  func `a loss counts from the least that counts on`(bps: Int64, counted: Int64) throws {
    let bench = try bench { policy in
      policy.streakWide = 2
      policy.streakWidePause = 60_000
      policy.countedLoss = 100_000
    }
    // One tick of ten lots is 1 bp of an equity of 1 USD.
    try bench.trade("a", exit: 1000 - bps)
    #expect(bench.risk.figure(.streakWide) ?? 0 == counted)
  }

  @Test func `the last of a strategy's executions latches it until a person says otherwise`() throws
  {
    let bench = try bench { policy in
      policy.executions = 2
      policy.executionWindow = 3_600_000
    }
    try bench.trade("a", exit: 1001)
    #expect(bench.risk.activeLocks(at: bench.now.wall).isEmpty)
    try bench.trade("b", exit: 1001)
    try bench.restart()
    try bench.pass(milliseconds: 7_200_000)
    try bench.pass(milliseconds: 500, upTo: 3000)
    #expect(
      try bench.reasons(Sample.intent("c", at: bench.milliseconds)) == [.riskLocked],
      "neither time nor a restart re-enables it")
    #expect(
      try bench.reasons(Sample.intent("other", at: bench.milliseconds, strategy: "smc")).isEmpty)
    try bench.pass(milliseconds: 500, upTo: 3000)
    try bench.stopOut(at: 1001)
    #expect(
      try bench.command(
        .unlock(.throttle, .strategy(StrategyID(unchecked: "breakout")), by: "ann", reason: "ok"))
        == .done("unlocked throttle strategy:breakout"))
    try bench.restart()
    try bench.pass(milliseconds: 500, upTo: 3000)
    try bench.trade("d", exit: 1001)
    #expect(bench.risk.activeLocks(at: bench.now.wall).isEmpty, "counted from the re-enabling on")
    try bench.trade("e", exit: 1001)
    #expect(bench.risk.activeLocks(at: bench.now.wall).map(\.kind) == [.throttle])
    try bench.expectNoDrift()
  }
}
