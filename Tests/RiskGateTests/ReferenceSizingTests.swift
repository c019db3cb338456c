import Domain
import Testing
import Wire

@testable import RiskGate

/// The four sizing tests of the reference system, with the decisions of risk.md, section 9.
@Suite("the reference's sizing tests")
struct ReferenceSizingTests {
  /// The reference's own numbers: it had no margin, loss or aggregate limits, and the proxy.
  private static func limits(risk: Int64, leverage: Int64 = 10) -> GateLimits {
    var limits = GateLimits()
    limits[.riskPerTrade] = risk
    limits[.maximumLeverage] = leverage * RiskLimit.whole
    limits[.maximumNotional] = 100_000_000_000
    limits[.instrumentNotional] = 100_000_000_000
    limits[.rewardRisk] = 200_000_000
    limits[.liquidationProxy] = 1
    limits[.marginPerPosition] = RiskLimit.whole
    limits[.positionShare] = RiskLimit.whole
    limits[.aggregateNotional] = 10 * RiskLimit.whole
    return limits
  }

  private struct Case {
    var symbol = "PF_XBTUSD"
    var tick = "1"
    /// Ticks.
    var entry: Int64
    var stop: Int64
    var profit: Int64?
    /// Micros.
    var equity: Int64
    var setup = "ob-1"
  }

  private static func judge(_ one: Case, _ limits: GateLimits) -> EntryJudgement {
    var world = EntryWorld()
    // Lots so small that rounding to them does not show.
    world.instrument = Sample.instrument(
      one.symbol, tick: one.tick, lot: "0.00000001", most: 1_000_000_000_000, tiers: [])
    world.reading = Sample.reading(one.symbol, mark: one.entry, resting: 1_000_000_000_000)
    let money = Money(micros: one.equity)
    world.account = AccountSnapshot(
      equity: money, availableMargin: money, time: WallTime(milliseconds: Sample.wall))
    world.accountAt = WallTime(milliseconds: Sample.wall)
    world.newestMarket = MarketTime(milliseconds: 60_000)
    world.healthy = RiskLimit.whole
    world.markMove = 0
    world.dayStartEquity = one.equity
    world.peakEquity = one.equity
    let signal = Sample.signal(
      symbol: one.symbol, worst: one.entry, stop: one.stop, profit: one.profit, setup: one.setup)
    return EntryJudgement(signal, world, limits, now: WallTime(milliseconds: Sample.wall))
  }

  /// USD.
  private static func notional(_ judgement: EntryJudgement) throws -> Double {
    let instrument = try #require(judgement.world.instrument)
    let price = judgement.signal.worstPrice
    let notional = try #require(
      instrument.notional(price, judgement.quantity, rounding: .down))
    return Double(notional.micros) / 1_000_000
  }

  @Test func `with 10x leverage the size is that of the risk, and the reward is too small`() throws
  {
    let one = Case(
      symbol: "PF_BNBUSD", tick: "0.001", entry: 889_600, stop: 871_008, profit: 920_000,
      equity: 389_080_000)
    let judgement = Self.judge(one, Self.limits(risk: 300_000))
    let notional = try Self.notional(judgement)
    #expect(abs(notional - 55.8507) < 0.0001, "\(notional)")
    #expect(notional > 8.896)
    #expect(judgement.denials.map(\.reason) == [.rewardRisk])
    #expect(judgement.denials.first?.detail.hasPrefix("reward_over_risk=1.635") == true)
  }

  @Test func `5x and 10x give one size; leverage sets margin only`() throws {
    let one = Case(entry: 100_000, stop: 98_000, profit: 105_000, equity: 389_080_000)
    let five = Self.judge(one, Self.limits(risk: 300_000, leverage: 5))
    let ten = Self.judge(one, Self.limits(risk: 300_000, leverage: 10))
    let notional = try Self.notional(five)
    #expect(abs(notional - 58.362) < 0.001)
    #expect(five.quantity == ten.quantity)
    guard case .value(let low) = ten.view[.positionMargin],
      case .value(let high) = five.view[.positionMargin]
    else {
      Issue.record("margin is measured")
      return
    }
    #expect(abs(high - 2 * low) <= 2, "\(high) \(low)")
  }

  @Test(arguments: [("ob-1", 3.125), ("bos-1", 6.25)])
  func `the formula: 0.5 % of 10 000 over a stop of 2 % is 2500, approved`(
    _ setup: String, _ cost: Double
  ) throws {
    var one = Case(entry: 50_000, stop: 49_000, profit: 52_000, equity: 10_000_000_000)
    one.setup = setup
    let limits = Self.limits(risk: 500_000)
    let judgement = Self.judge(one, limits)
    #expect(judgement.denials.map(\.description) == [])
    let notional = try Self.notional(judgement)
    #expect(notional == 2500)
    let share = EntryCost(SetupClass(SetupID(unchecked: setup)), limits.numbers).share
    #expect(Double(share) / Double(RiskLimit.whole) * 2500 == cost)
  }

  @Test func `the leverage cap: a stop of 0.1 % is 50 000 at leverage 10, margin 5000`() throws {
    let one = Case(entry: 50_000, stop: 49_950, profit: nil, equity: 10_000_000_000)
    let limits = Self.limits(risk: 500_000)
    let judgement = Self.judge(one, limits)
    #expect(judgement.denials.map(\.description) == [])
    let notional = try Self.notional(judgement)
    #expect(notional == 50_000)
    #expect(judgement.view[.leverage] == .value(5 * RiskLimit.whole))
    #expect(judgement.view[.positionMargin] == .value(RiskLimit.whole / 2))
    // In the wide regime its costs are two and a half times its risk.
    var wide = one
    wide.setup = "bos-1"
    let denials = Self.judge(wide, limits).denials
    #expect(denials.map(\.reason) == [.costDistortion])
    #expect(denials.first?.detail == "cost_of_risk=250% limit=15%")
  }

  @Test func `Kelly and volatility scale as they were meant to`() {
    var limits = GateLimits()
    limits[.riskPerTrade] = 500_000
    // 2500 of 10 000 at 2 %: less 30 % is 1750, plus 20 % is 3000.
    limits.sizing = .volatility
    #expect(Sizing.riskShare(limits, 150_000_001) == 350_000)
    #expect(Sizing.riskShare(limits, 150_000_000) == 500_000)
    #expect(Sizing.riskShare(limits, 50_000_000) == 500_000)
    #expect(Sizing.riskShare(limits, 49_999_999) == 600_000)
    #expect(Sizing.riskShare(limits, nil) == nil)
    // k = 0.55 - 0.45 / 2 = 0.325, capped at 0.25, then at 2 % of equity.
    limits.sizing = .kelly
    #expect(Sizing.riskShare(limits, nil) == 2_000_000)
    limits[.riskPerEntry] = RiskLimit.whole
    #expect(Sizing.riskShare(limits, nil) == 25_000_000)
    limits[.kellyFraction] = RiskLimit.whole
    #expect(Sizing.riskShare(limits, nil) == 32_500_000)
    // Without an edge nothing is risked.
    limits[.kellyWinProbability] = 30_000_000
    #expect(Sizing.riskShare(limits, nil) == 0)
  }
}
