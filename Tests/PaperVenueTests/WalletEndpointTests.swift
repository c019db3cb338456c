import Foundation
import Testing

@testable import PaperVenue

@Suite("margin quotes and wallets")
struct WalletEndpointTests {
  private func bench(balance: Int64 = 100_000) throws -> CoreBench {
    try CoreBench(
      bars: [(50_000, 50_000, 50_000, 50_000), nil], minutes: 0.5, balance: balance)
  }

  private func number(_ answer: [String: Any], _ name: String) throws -> Double {
    try #require(answer[name] as? Double, "\(name) in \(answer)")
  }

  @Test func `the largest order is taken, and one step more is not`() throws {
    // A bench for each: an order that rests binds margin.
    for side in ["buy", "sell"] {
      let bench = try bench(balance: 1_000)
      let price = side == "buy" ? 49_000 : 51_000
      let answer = try bench.get(
        "initialmargin/maxordersize", "orderType=lmt&symbol=PF_XBTUSD&limitPrice=\(price)")
      #expect(try number(answer, "buyPrice") == Double(price))
      let size = try number(answer, side == "buy" ? "maxBuySize" : "maxSellSize")
      #expect(size > 0.9 && size < 1.1)
      func word(_ size: Double) throws -> String? {
        let text = String(format: "%.4f", size)
        return try bench.word("orderType=lmt&side=\(side)&size=\(text)&limitPrice=\(price)")
      }
      #expect(try word(size + 0.0001) == "insufficientAvailableFunds")
      #expect(try word(size) == "placed")
    }
  }

  @Test func `a margin quote says what the order binds and how it would be refused`() throws {
    let bench = try bench()
    let ask = "symbol=PF_XBTUSD&side=buy&orderType=lmt&limitPrice=49000"
    let quote = try bench.get("initialmargin", ask + "&size=2")
    #expect(try number(quote, "initialMargin") == 2_000)
    #expect(try number(quote, "price") == 49_000)
    #expect(quote["error"] is NSNull)
    // 100,000 of equity, 2 × (50,000 - 49,000) won at once, 1 % of maintenance margin.
    #expect(try number(quote, "estimatedLiquidationThreshold") == 0)
    let large = try bench.get("initialmargin", ask + "&size=10")
    #expect(try number(large, "estimatedLiquidationThreshold") == 39_500)
    let tooLarge = try bench.get("initialmargin", ask + "&size=400")
    #expect(tooLarge["error"] as? String == "INSUFFICIENT_AVAILABLE_FUNDS")
    #expect((try bench.get("openorders")["openOrders"] as? [Any])?.isEmpty == true)
    for (wrong, error) in [
      ("symbol=PF_XBTUSD", "requiredArgumentMissing"),
      ("symbol=NONE&side=buy&orderType=mkt&size=1", "invalidArgument: symbol"),
      ("symbol=PF_XBTUSD&side=buy&orderType=stp&size=1&stopPrice=5", "invalidArgument: orderType"),
      ("symbol=PF_XBTUSD&side=buy&orderType=lmt&size=1", "requiredArgumentMissing"),
      ("symbol=PF_XBTUSD&side=buy&orderType=mkt&size=0.00001", "invalidArgument"),
      ("symbol=PF_XBTUSD&side=buy&orderType=mkt&size=0", "invalidArgument: size"),
    ] {
      #expect(try bench.get("initialmargin", wrong)["error"] as? String == error, "\(wrong)")
    }
  }

  @Test func `a withdrawal takes free money out, and no more`() throws {
    let bench = try bench()
    _ = try bench.send("orderType=mkt&side=buy&size=5")
    func withdraw(_ parameters: String) throws -> [String: Any] {
      try bench.post("withdrawal", parameters)
    }
    func error(_ parameters: String) throws -> String? {
      try withdraw(parameters)["error"] as? String
    }
    #expect(try error("currency=USD&amount=99000") == "insufficientFunds")
    #expect(try error("currency=XBT&amount=1") == "insufficientFunds")
    #expect(try error("currency=shells&amount=1") == "invalidUnit")
    #expect(try error("currency=USD&amount=-1") == "invalidAmount")
    #expect(try error("currency=USD") == "requiredArgumentMissing")
    #expect(try error("currency=USD&amount=1&sourceWallet=fi_xbtusd") == "invalidAccount")
    func available() throws -> Double {
      let accounts = try #require(try bench.get("accounts")["accounts"] as? [String: Any])
      return try number(try #require(accounts["flex"] as? [String: Any]), "availableMargin")
    }
    let before = try available()
    let uid = try #require(
      try withdraw("currency=usd&amount=1000.5&sourceWallet=flex")["uid"] as? String)
    #expect(try abs(before - available() - 1000.5) < 0.000_01)
    let row = try #require(try bench.history("account-log").first)
    #expect(row["booking_uid"] as? String == uid)
    #expect(row["info"] as? String == "cross-exchange transfer")
    #expect(
      try number(row, "old_balance") - number(row, "new_balance") == 1000.5)
    let account = try #require(try bench.admin("/book")["account"] as? [String: Any])
    #expect(account["start_equity"] as? String == "98999.5", "it was not lost by trading")
  }

  @Test(arguments: [
    ("fromAccount=flex&toAccount=cash&unit=USD&amount=1", "Unavailable"),
    ("fromAccount=cash&toAccount=flex&unit=USD&amount=1", "insufficientFunds"),
    ("fromAccount=flex&toAccount=fi_xbtusd&unit=USD&amount=1", "invalidAccount"),
    ("fromAccount=flex&toAccount=cash&unit=shells&amount=1", "invalidUnit"),
    ("fromAccount=flex&toAccount=cash&unit=USD&amount=none", "invalidAmount"),
    ("fromAccount=flex&unit=USD&amount=1", "requiredArgumentMissing"),
  ])
  func `a transfer has the documented error of its reason`(
    _ parameters: String, _ error: String
  ) throws {
    #expect(try bench().post("transfer", parameters)["error"] as? String == error)
    let users = "fromUser=a&toUser=b&\(parameters)"
    let own = error == "Unavailable" || error == "insufficientFunds" ? "invalidAccount" : error
    #expect(try bench().post("transfer/subaccount", users)["error"] as? String == own)
  }
}
