import Domain
import Foundation
import SimulatedVenue
import Testing

@testable import PaperVenue

@Suite("collateral beside USD")
struct CollateralTests {
  private static let flat: (Int64, Int64, Int64, Int64) = (50_000, 50_000, 50_000, 50_000)

  /// 1000 USD, half a bitcoin and 1000 euros.
  static func deposits() throws -> [BookChange] {
    func deposit(_ code: String, _ quantity: Int64, worth dollars: Int64) throws -> BookChange {
      .collateral(
        CollateralDeposit(
          currency: try #require(CollateralCurrency.named(code)), quantity: quantity,
          value: Money(micros: dollars * 1_000_000)))
    }
    return [
      .deposit(Money(micros: 1_000_000_000), balanceBefore: .zero),
      try deposit("XBT", 500_000, worth: 25_000),
      try deposit("EUR", 1_000_000_000, worth: 1_100),
    ]
  }

  private func bench(falling low: Int64 = 50_000) throws -> CoreBench {
    try CoreBench(
      bars: [Self.flat, (50_000, 50_000, low, low), (low, low, low, low), nil], minutes: 0.5,
      speed: 1, changes: Self.deposits())
  }

  private func flex(_ bench: CoreBench) throws -> [String: Any] {
    let accounts = try #require(try bench.get("accounts")["accounts"] as? [String: Any])
    return try #require(accounts["flex"] as? [String: Any])
  }

  private func numbers(_ flex: [String: Any], _ currency: String) throws -> [String: Double] {
    let all = try #require(flex["currencies"] as? [String: Any])
    return try #require(all[currency] as? [String: Double])
  }

  @Test func `it counts at its index, less haircut and spread`() throws {
    let flex = try flex(bench())
    #expect(
      try numbers(flex, "XBT")
        == ["quantity": 0.5, "value": 25_000, "collateral": 24_438.75, "available": 0.5])
    #expect(
      try numbers(flex, "EUR")
        == ["quantity": 1000, "value": 1100, "collateral": 1075.305, "available": 1000])
    #expect(flex["balanceValue"] as? Double == 27_100)
    #expect(flex["portfolioValue"] as? Double == 27_100)
    for name in ["collateralValue", "marginEquity", "availableMargin"] {
      #expect(flex[name] as? Double == 26_514.055, "\(name)")
    }
  }

  @Test func `it is margin, and only dollars are settled or taken out`() throws {
    let bench = try bench()
    #expect(try bench.word("orderType=mkt&side=buy&size=30") == "insufficientAvailableFunds")
    #expect(try bench.word("orderType=mkt&side=buy&size=10") == "placed")
    let flex = try flex(bench)
    #expect(try numbers(flex, "XBT")["quantity"] == 0.5)
    // 10,000 of margin is bound, the fee of 250 and what the price slipped are gone.
    let free = try #require(flex["availableMargin"] as? Double)
    #expect((16_000..<16_300).contains(free))
    let available = try #require(try numbers(flex, "XBT")["available"])
    #expect(abs(available - 0.5 * free / 24_438.75) < 0.000_002)
    let dollars = try #require(try numbers(flex, "USD")["quantity"])
    #expect((740..<751).contains(dollars))
    #expect(
      try bench.post("withdrawal", "currency=USD&amount=800")["error"] as? String
        == "insufficientFunds")
  }

  /// What the bitcoin lose on the way decides: at their first price they would do for 47,900.
  @Test(arguments: [(48_050, false), (47_900, true)])
  func `an account is liquidated when its margin is gone`(
    _ low: Int64, _ isLiquidated: Bool
  ) throws {
    let bench = try bench(falling: low)
    _ = try bench.send("orderType=mkt&side=buy&size=10")
    bench.pass(100_000)
    let fills = try #require(try bench.get("fills")["fills"] as? [[String: Any]])
    let forced = fills.contains { ($0["fillType"] as? String)?.contains("iquidation") == true }
    #expect(forced == isLiquidated)
  }

  @Test func `the account log and the judge know of it`() throws {
    let path = "/tmp/il-collateral-\(UUID().uuidString.prefix(8)).jsonl"
    defer { unlink(path) }
    let journal = try Journal(path) { _ in }
    let records = try Self.deposits().enumerated().map { index, change in
      BookRecord(
        number: Int64(index) + 1, wall: WallTime(milliseconds: CoreBench.wallStart),
        market: CoreBench.start, change: change)
    }
    try journal.append(records.map { JournalEntry($0) })
    let bench = try CoreBench(bars: [Self.flat, nil], minutes: 0.5, journal: path)
    let rows = try bench.history("account-log")
    #expect(rows.map { $0["asset"] as? String } == ["eur", "xbt", "usd"])
    #expect(rows.map { $0["new_balance"] as? Double } == [1000, 0.5, 1000])
    let account = try #require(try bench.admin("/book")["account"] as? [String: Any])
    #expect(account["equity"] as? String == "27100")
    #expect(account["start_equity"] as? String == "27100")
    #expect(account["balance"] as? String == "1000")
  }
}
