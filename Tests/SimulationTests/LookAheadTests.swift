import Domain
import Foundation
import SignalService
import SimulatedVenue
import Synchronization
import Testing

@testable import Simulation

@Suite("a backtest cannot see the future")
struct LookAheadTests {
  /// Bars that go up or down by a tenth to half a percent, each as its coin falls: what a bar did
  /// says nothing of the next.
  private static func coins(_ count: Int) -> [(Int64, Int64, Int64, Int64)] {
    var random = SplitMix(seed: 77)
    var price: Int64 = 100_000
    return (0..<count).map { _ in
      let move = Int64(random.whole(100...500)) * (random.oneIn(2) ? 1 : -1)
      let open = price
      price = min(max(open + move, 60_000), 140_000)
      return (open, max(open, price) + 20, min(open, price) - 20, price)
    }
  }

  /// Buys after every bar that rose: a fortune for whoever is filled at that bar's open, or sees
  /// the bar before it has happened; the costs for everybody else.
  private struct Greedy: Strategy {
    let seen: SeenTimes
    var memory: Int { 1 }

    mutating func on(_ event: StrategyEvent) -> [StrategyDecision] {
      guard case .candle(let candle) = event else { return [] }
      seen.add(candle.closeTime.milliseconds)
      guard candle.close > candle.open, let setup = SetupID("up-\(candle.openTime.milliseconds)")
      else { return [] }
      let close = candle.close.ticks
      return [
        StrategyDecision(
          candle,
          .entry(
            Proposal(
              direction: .long, setup: setup, worstPrice: Price(ticks: close + 300),
              stop: Price(ticks: close - 600), takeProfits: [Price(ticks: close + 601)])))
      ]
    }
  }

  private static func settings(_ seen: SeenTimes) -> BacktestSettings {
    var settings = BacktestSettings(
      kinds: [
        StrategyKind(StrategyID(unchecked: "greedy"), timeframes: [.oneMinute]) { _ in
          Greedy(seen: seen)
        }
      ])
    BacktestScene.open(&settings.limits)
    return settings
  }

  private static func run(_ count: Int) throws -> (BacktestResult, [Int64]) {
    var scene = BacktestScene()
    scene.minutes = Array(Self.coins(700).prefix(count))
    let seen = SeenTimes()
    return (try scene.run(settings(seen)), seen.values)
  }

  @Test func `a strategy that would live on the future loses its costs`() throws {
    let (result, _) = try Self.run(700)
    let closed = result.trades.filter { !$0.isOpen }
    try #require(closed.count > 60, "\(result.tally)")
    let bars = Self.coins(700)
    // What it would have earned, had it bought where the bars it saw began.
    let dreamt = bars.reduce(Int64(0)) { $0 + max(0, $1.3 - $1.0) }
    #expect(dreamt > 60_000)
    let net = closed.reduce(Int64(0)) { $0 + $1.net.micros }
    #expect(net < 0, "\(net)")
    for trade in closed {
      #expect(trade.openedAt >= trade.decidedAt + 250 + 5, "after the decision and its way")
      // Filled in the bar after the one that was decided on, inside that bar's prices and the
      // synthetic spread around them.
      let index = Int((trade.openedAt - BacktestScene.start) / BacktestScene.minute)
      #expect(trade.decidedAt == BacktestScene.start + Int64(index) * BacktestScene.minute)
      let spread = trade.entryTicks / 2000
      #expect(trade.entryTicks > Double(bars[index].2))
      #expect(trade.entryTicks < Double(bars[index].1) + spread)
    }
  }

  /// Whatever was decided and traded does not depend on what came later.
  @Test func `a market that ends earlier has the same past`() throws {
    let (whole, _) = try Self.run(700)
    let (part, seen) = try Self.run(350)
    let end = BacktestScene.start + 350 * BacktestScene.minute
    #expect(seen.count == 350 && seen.allSatisfy { $0 <= end })
    let past = whole.trades.filter { ($0.closedAt ?? .max) < end }
    try #require(past.count > 25)
    #expect(Array(part.trades.prefix(past.count)) == past)
  }

  @Test func `a candle is heard once, in order, and not before it has closed`() throws {
    let (_, seen) = try Self.run(200)
    #expect(
      seen == (1...200).map { BacktestScene.start + Int64($0) * BacktestScene.minute })
  }
}

/// What strategies, which are values, write down together.
private final class SeenTimes: Sendable {
  private let state = Mutex<[Int64]>([])

  func add(_ value: Int64) { state.withLock { $0.append(value) } }
  var values: [Int64] { state.withLock { $0 } }
}
