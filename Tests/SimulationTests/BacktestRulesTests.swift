import Domain
import Foundation
import OrderRouter
import SignalService
import SimulatedVenue
import Testing

@testable import Ledger
@testable import Simulation

@Suite("what a backtest keeps to")
struct BacktestRulesTests {
  /// Two markets, channels that break often, so that much is traded.
  private static func contracts(_ count: Int) throws -> [BacktestContract] {
    try ["PF_XBTUSD", "PF_ETHUSD"].map { symbol in
      let id = try #require(InstrumentID(symbol))
      let contract = try #require(StandardInstruments.contract(id))
      var source = GeneratedSource(instrument: contract.instrument, seed: 5)
      var candles: [Candle] = []
      var cursor = GeneratedSource.present
      while candles.count < count {
        for bar in source.bars(atOrAfter: cursor) where candles.count < count {
          candles.append(try #require(bar.candle(of: id, source.timeframe)))
        }
        cursor = try #require(candles.last).closeTime
      }
      return BacktestContract(
        contract: contract, timeframe: source.timeframe, candles: CandleList(candles), seed: 5)
    }
  }

  private static var kind: StrategyKind {
    StrategyKind(StrategyID(unchecked: "breakout"), timeframes: [.oneMinute]) { _ in
      BreakoutStrategy(BreakoutStrategy.Settings())
    }
  }

  private static var settings: BacktestSettings {
    var settings = BacktestSettings(kinds: [kind])
    BacktestScene.open(&settings.limits)
    return settings
  }

  @Test func `the same market and settings give the same bytes`() throws {
    let reports = try (0..<2).map { _ in
      let result = try Backtest(
        try Self.contracts(900), Self.settings
      ).run()
      let report = BacktestReport(result, settings: [:])
      return (try report.json(), ReportPage(report).html, ReportTables(report).trades)
    }
    #expect(reports[0] == reports[1])
    #expect(reports[0].2.split(separator: "\n").count > 10, "there are trades")
  }

  @Test func `money is neither made nor lost between the trades`() throws {
    let result = try Backtest(
      try Self.contracts(900), Self.settings
    ).run()
    try #require(result.trades.count > 10)
    let sum = result.trades.reduce(Int64(0)) { $0 + $1.net.micros }
    #expect(
      result.finalBalance.micros
        == 100_000_000_000 + sum + result.writtenOff.micros + result.loose.micros)
  }

  @Test func `every position has its stop, and everything accepted has an end`() throws {
    let run = try Backtest(try Self.contracts(900), Self.settings)
    let result = try run.run()
    #expect(run.desk.book.exposures.isEmpty && run.desk.book.repeats.isEmpty)
    #expect(result.tally.alerts.isEmpty, "\(result.tally.alerts)")
    let open = run.router.book.intents.values.filter { !$0.state.isTerminal }
    #expect(open.isEmpty, "\(open)")
  }

  /// The ledger in memory is the ledger: the same records, written into a real file, become the
  /// same events under the same hashes.
  @Test func `the hash chain is that of a real ledger`() throws {
    let run = try Backtest(try Self.contracts(600), Self.settings)
    var batches: [([LedgerRecord], WallTime)] = []
    run.onCommit = { batches.append(($0, $1)) }
    let result = try run.run()
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("il-chain-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let ledger = try Ledger(
      path: folder.appendingPathComponent("ledger.sqlite").path, account: Backtest.account,
      profile: "demo", now: WallTime(milliseconds: 0))
    _ = try ledger.beginEpoch()
    for (records, now) in batches { try ledger.commit(records, now: now) }
    #expect(ledger.newestEvent == result.events && result.events > 100)
    #expect(Hexadecimal.text(ledger.journal.hash) == result.chainHash)
  }
}
