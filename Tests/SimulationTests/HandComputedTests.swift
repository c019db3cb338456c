import Domain
import RiskGate
import SignalService
import SimulatedVenue
import Testing

@testable import Simulation

/// Trades whose every number was computed by hand; money to the millionth.
///
/// PF_XBTUSD: a tick is 1 USD, a lot 0.0001 XBT, the taker's fee 0.05 % rounded up to the
/// millionth. The synthetic book around a price p has its first level p ÷ 40,000 away, the next
/// p ÷ 20,000 further, each of 25,000 USD in whole lots.
@Suite("backtests computed by hand")
struct HandComputedTests {
  /// The decision of the last minute of an hour: its order arrives as the next hour begins.
  private static func opening(_ scene: inout BacktestScene) {
    scene.flat(100_000, minutes: 60)
  }

  private static let entry: [Int: Proposal] = [
    59: .long(worst: 100_100, stop: 99_000, profits: [101_000, 102_000])
  ]

  private static func everything() -> BacktestScene {
    var scene = BacktestScene()
    opening(&scene)
    // 11:00 to 12:00 at one price; at 12:00 the hour's funding is due: 0.01 % of 45,450.
    scene.flat(100_000, minutes: 60)
    // 101,000 is touched: half, 2,272 lots, at 100,998, the first level below.
    scene.bar(100_000, 101_000, 100_000, 100_500)
    scene.flat(100_500, minutes: 5)
    // 99,000: the rest, 2,273 lots, at 98,998.
    scene.bar(100_500, 100_500, 99_000, 99_500)
    scene.flat(99_500, minutes: 5)
    return scene
  }

  /// The same trade at twice the fee: 25.0005, 20.4514315, 22.9467456 and 22.5022454, each up.
  @Test func `a fee that was set is charged`() throws {
    var settings = BacktestScene.settings(Script.kind(Self.entry))
    settings.takerFee = 1000
    let result = try Self.everything().run(settings)
    try #require(result.trades.count == 1, "\(result.tally)")
    #expect(result.trades[0].legs.map(\.fee.micros) == [22_946_746, 22_502_246])
    #expect(result.trades[0].fees.micros == 90_900_924)
    #expect(result.trades[0].funding == .zero)
  }

  /// A trade with everything.
  ///
  /// Size: 0.5 % of 100,000 ÷ (100,100 − 99,000) = 0.45454… XBT: 4,545 lots. The book at 100,000
  /// sells 2,500 lots at 100,002 and 2,045 of the next 2,500 at 100,007: cost 45,451.9315, fees
  /// 12.50025 and 10.226 (10.22571575 up).
  @Test func `entry, funding, partial profit and stop agree to the millionth`() throws {
    let scene = Self.everything()
    let hour = BacktestScene.start + 3_600_000
    let funding = FundingHistory([
      FundingHistory.Entry(
        time: MarketTime(milliseconds: hour), rate: FundingRate(trillionths: 100_000_000)),
      FundingHistory.Entry(time: MarketTime(milliseconds: hour + 3_600_000), rate: .zero),
    ])
    let result = try scene.run(
      BacktestScene.settings(Script.kind(Self.entry)), funding: funding)
    try #require(result.trades.count == 1, "\(result.tally)")
    let trade = result.trades[0]
    #expect(trade.lots == 4545)
    #expect(trade.openedCost == 2500 * 100_002 + 2045 * 100_007)
    #expect(trade.openedAt == hour)
    #expect(trade.legs.map(\.reason) == ["take_profit_1", "stop"])
    #expect(trade.legs.map(\.lots) == [2272, 2273])
    #expect(trade.legs.map(\.price.ticks) == [100_998, 98_998])
    // 0.2272 × 100,998 − 45,451.9315 × 2272 ÷ 4545, and 0.2273 × 98,998 less what is left.
    #expect(trade.legs.map(\.gross.micros) == [225_780_062, -228_720_562])
    #expect(trade.legs.map(\.fee.micros) == [11_473_373, 11_251_123])
    #expect(trade.funding.micros == -4_545_000)
    #expect(trade.fees.micros == 45_450_462)
    #expect(trade.net.micros == -52_935_962)
    #expect(result.finalBalance.micros == 100_000_000_000 - 52_935_962)
    #expect(result.equity.final == result.finalBalance)
    #expect(result.tally.alerts.isEmpty, "\(result.tally.alerts)")
  }

  /// The next minute opens at 97,000, beyond the stop at 99,000: nothing was traded in between, so
  /// the stop gets the book at 97,000: 2,577 lots at 96,998 and 1,968 at 96,994.
  @Test func `a gap through the stop executes behind the gap`() throws {
    var scene = BacktestScene()
    Self.opening(&scene)
    scene.flat(100_000, minutes: 10)
    scene.bar(97_000, 97_200, 96_900, 97_100)
    scene.flat(97_100, minutes: 5)
    let result = try scene.run(BacktestScene.settings(Script.kind(Self.entry)))
    try #require(result.trades.count == 1, "\(result.tally)")
    let trade = result.trades[0]
    #expect(trade.legs.map(\.reason) == ["stop", "stop"])
    #expect(trade.legs.map(\.lots) == [2577, 1968])
    #expect(trade.legs.map(\.price.ticks) == [96_998, 96_994])
    #expect(trade.net.micros == Self.gapNet)
    #expect(result.finalBalance.micros == 100_000_000_000 + Self.gapNet)
    // 2,002 and 2,006 USD worse than the trigger.
    #expect(trade.slippage.micros - trade.entrySlippage.micros == 515_915_400 + 394_780_800)
  }

  /// 0.2577 × 96,998 + 0.1968 × 96,994 − 45,451.9315 less the fees 12.50025, 10.225716, 12.498193
  /// and 9.54421 (9.5442096 up).
  private static let gapNet: Int64 =
    24_996_384_600 + 19_088_419_200 - 45_451_931_500 - 12_500_250 - 10_225_716 - 12_498_193
    - 9_544_210

  /// An account that is too small for its position.
  ///
  /// 1,000 USD at full risk: 1,000 ÷ 2,500 = 0.4 XBT for 40,001.55, fees 20.000775. At a mark of
  /// 98,540 the account is worth 394.449225 and needs 394.16, at 98,539 394.049225 and 394.156:
  /// there half is closed, at 98,537, and what is left needs 197.078.
  @Test func `a liquidation closes half at the first price that is too low`() throws {
    var scene = BacktestScene()
    Self.opening(&scene)
    scene.flat(100_000, minutes: 10)
    scene.bar(100_000, 100_000, 98_539, 98_539)
    scene.flat(98_539, minutes: 30)
    var settings = BacktestScene.settings(
      Script.kind([59: .long(worst: 100_100, stop: 97_600, profits: [])]))
    settings.balance = Money(micros: 1_000_000_000)
    settings.limits[.riskPerTrade] = 100_000_000
    let result = try scene.run(settings)
    try #require(result.trades.count == 1, "\(result.tally)")
    let trade = result.trades[0]
    #expect(trade.lots == 4000)
    let first = try #require(trade.legs.first)
    #expect(first.reason == "liquidation" && first.lots == 2000)
    #expect(first.price.ticks == 98_537)
    #expect(first.gross.micros == -293_375_000)
    #expect(first.fee.micros == 9_853_700)
    #expect(result.tally.liquidations == 1)
    // The venue took the stop away with everything else: the router sees that, and either covers
    // what is left or closes it.
    let left = 4000 - trade.legs.reduce(0) { $0 + $1.lots }
    #expect(left == 0 || result.stopCover == [left])
    let legs = trade.legs.reduce(Int64(0)) { $0 + $1.gross.micros - $1.fee.micros }
    #expect(result.finalBalance.micros == 1_000_000_000 - 20_000_775 + legs)
  }

  @Test func `an account that never trades has a report without a single odd number`() throws {
    var scene = BacktestScene()
    scene.flat(100_000, minutes: 200)
    let result = try scene.run(BacktestScene.settings(Script.kind([:])))
    let report = BacktestReport(result, settings: [:])
    let json = try report.json()
    #expect(result.trades.isEmpty)
    #expect(!json.contains("nan") && !json.contains("inf"), "\(json)")
    #expect(!json.contains("sharpe") && !json.contains("profit_factor"))
    #expect(json.contains("\"net\" : 0"))
    let text = ReportText(report).text
    #expect(text.contains("no trade was closed") && !text.contains("nan"), "\(text)")
    let page = ReportPage(report).html
    #expect(page.contains("No trade was made.") && !page.contains("nan<") && !page.contains(",nan"))
  }
}
