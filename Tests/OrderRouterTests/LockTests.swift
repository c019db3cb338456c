import Domain
import Testing

@testable import OrderRouter

@Suite("protections after a close")
struct LockTests {
  private static let now = WallTime(milliseconds: 1_764_000_000_000)
  private static let minute: Int64 = 60_000

  private func trade(
    _ net: Int64?, minutesAgo: Int64 = 0, on id: InstrumentID = Sample.instrument.id,
    end: ClosedTrade.End = .stop, equity: Int64? = 100_000_000
  ) throws -> ClosedTrade {
    let at = Self.now.advanced(byMilliseconds: -minutesAgo * Self.minute)
    return ClosedTrade(
      intent: try #require(IntentHash(bytes: [UInt8](repeating: 1, count: 32))),
      signal: SignalID(unchecked: "s"), strategy: StrategyID(unchecked: "breakout"),
      setup: SetupID(unchecked: "x"), instrument: id, direction: .long,
      quantity: Quantity(lots: 1), entryPrice: nil, exitPrice: nil, openedAt: at, closedAt: at,
      profit: net.map(Money.init(micros:)), fees: .zero, end: end,
      equity: equity.map(Money.init(micros:)))
  }

  private func locks(
    _ trades: [ClosedTrade], _ change: (inout RiskPolicy) -> Void
  ) -> [RiskLock] {
    var policy = RiskPolicy()
    change(&policy)
    return Protections.locks(after: trades, policy, now: Self.now)
  }

  private func rule(_ trades: Int, lookback: Int64, stop: Int64) -> RiskPolicy.Protection {
    var rule = RiskPolicy.Protection()
    rule.trades = trades
    rule.lookback = lookback * Self.minute
    rule.stop = stop * Self.minute
    return rule
  }

  @Test func `with every control off nothing locks`() throws {
    #expect(locks([try trade(-1)]) { _ in }.isEmpty)
    #expect(locks([]) { $0.cooldownPeriod = 1 }.isEmpty)
  }

  @Test(arguments: [(1, 0), (2, 1), (3, 1)])
  func `StoplossGuard counts stops that lost within its lookback`(stops: Int, expected: Int) throws
  {
    var trades = [
      try trade(-5, minutesAgo: 61), try trade(5, minutesAgo: 5),
      try trade(-5, minutesAgo: 4, end: .strategy),
    ]
    for number in 0..<stops { trades.append(try trade(-5, minutesAgo: Int64(stops - number))) }
    let found = locks(trades) { $0.stoplossGuard = rule(2, lookback: 60, stop: 30) }
    #expect(found.count == expected)
    #expect(found.allSatisfy { $0.kind == .stoplossGuard && $0.scope == .everything })
    #expect(
      found.allSatisfy { $0.until == Self.now.advanced(byMilliseconds: 30 * Self.minute) })
  }

  @Test func `StoplossGuard of a pair counts only its own`() throws {
    let trades = [try trade(-5, minutesAgo: 2, on: Sample.other), try trade(-5)]
    let change: (inout RiskPolicy) -> Void = { policy in
      policy.stoplossGuard = rule(2, lookback: 60, stop: 30)
      policy.stoplossGuardPerPair = true
    }
    #expect(locks(trades, change).isEmpty)
    let own = locks([try trade(-5, minutesAgo: 2)] + trades, change)
    #expect(own.map(\.scope) == [.instrument(Sample.instrument.id)])
  }

  @Test func `a win sets off no StoplossGuard, however many stops were before`() throws {
    let trades = [try trade(-5), try trade(-5), try trade(5)]
    #expect(locks(trades) { $0.stoplossGuard = rule(2, lookback: 60, stop: 30) }.isEmpty)
  }

  @Test(arguments: [(-9_999_999, 0), (-10_000_000, 0), (-10_000_001, 1)])
  func `MaxDrawdown locks beyond its share of equity`(net: Int64, expected: Int) throws {
    // 10 % of 100 USD; measured from the highest sum.
    let trades = [try trade(3_000_000, minutesAgo: 2), try trade(net)]
    let found = locks(trades) { policy in
      policy.maxDrawdown = rule(2, lookback: 60, stop: 30)
      policy.maxDrawdownShare = 10_000_000
    }
    #expect(found.map(\.kind) == Array(repeating: .maxDrawdown, count: expected))
  }

  @Test func `CooldownPeriod rests the instrument of any close`() throws {
    let found = locks([try trade(5)]) { $0.cooldownPeriod = 5 * Self.minute }
    #expect(found.map(\.scope) == [.instrument(Sample.instrument.id)])
    #expect(found.first?.until == Self.now.advanced(byMilliseconds: 5 * Self.minute))
  }

  @Test(arguments: [(1_000_001, 0), (1_000_000, 0), (999_999, 1)])
  func `LowProfitPairs wants its share of equity`(sum: Int64, expected: Int) throws {
    let trades = [
      try trade(-90_000_000, minutesAgo: 2, on: Sample.other), try trade(0, minutesAgo: 1),
      try trade(sum),
    ]
    let found = locks(trades) { policy in
      policy.lowProfitPairs = rule(2, lookback: 60, stop: 30)
      policy.lowProfitShare = 1_000_000
    }
    #expect(found.map(\.kind) == Array(repeating: .lowProfitPairs, count: expected))
  }

  @Test func `after a close the strategy stays away: win, loss, own exit, result unknown`() throws {
    let cases: [(Int64?, ClosedTrade.End, Int64)] = [
      (1, .stop, 15), (0, .takeProfit, 15), (-1, .stop, 120), (nil, .vanished, 120),
      (1, .strategy, 60),
    ]
    for (net, end, minutes) in cases {
      let found = locks([try trade(net, end: end)]) { policy in
        policy.afterWin = 15 * Self.minute
        policy.afterLoss = 120 * Self.minute
        policy.afterStrategy = 60 * Self.minute
      }
      #expect(found.first?.until == Self.now.advanced(byMilliseconds: minutes * Self.minute))
      #expect(
        found.map(\.scope)
          == [.pair(Sample.instrument.id, StrategyID(unchecked: "breakout"))])
    }
  }

  @Test(arguments: [(2, 0), (3, 1)])
  func `losses of a symbol block it`(losses: Int, expected: Int) throws {
    var trades = [try trade(-1, minutesAgo: 1441), try trade(-1, minutesAgo: 1, on: Sample.other)]
    for _ in 0..<losses { trades.append(try trade(-1)) }
    let found = locks(trades) { policy in
      policy.symbolLosses = 3
      policy.symbolWindow = 1440 * Self.minute
      policy.symbolBlock = 720 * Self.minute
    }
    #expect(found.map(\.kind) == Array(repeating: .symbolLoss, count: expected))
  }
}
