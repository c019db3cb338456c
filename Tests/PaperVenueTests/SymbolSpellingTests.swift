import Foundation
import SimulatedVenue
import Testing

@testable import PaperVenue

/// A contract of the venue has a small letter in its name; clients compare names as they are.
@Suite("a contract is spelled as it is listed")
struct SymbolSpellingTests {
  private static let symbol = "PF_AAPLxUSD"
  private static let flat: (Int64, Int64, Int64, Int64) = (20_000, 20_000, 20_000, 20_000)

  private static func contract() throws -> VenueContract {
    let level = #"[{"numNonContractUnits":0,"initialMargin":0.2,"maintenanceMargin":0.1}]"#
    let file =
      #"{"instruments":[{"symbol":"\#(symbol)","type":"flexible_futures","tickSize":0.01,"#
      + #""contractSize":1,"contractValueTradePrecision":2,"maxPositionSize":100000,"#
      + #""marginLevels":\#(level)}]}"#
    return try #require(
      try InstrumentsFile.parse(Data(file.utf8), file: "instruments.json").contracts.first)
  }

  /// Every name of a contract in an answer.
  private static func names(_ value: Any) -> Set<String> {
    let members: Set<String> = [
      "symbol", "tradeable", "instrument", "product_id", "product_ids", "cancelOnly",
    ]
    switch value {
    case let object as [String: Any]:
      return object.reduce(into: []) { found, member in
        if members.contains(member.key), let text = member.value as? String { found.insert(text) }
        if members.contains(member.key), let texts = member.value as? [String] {
          found.formUnion(texts)
        }
        found.formUnion(names(member.value))
      }
    case let list as [Any]: return list.reduce(into: []) { $0.formUnion(names($1)) }
    default: return []
    }
  }

  /// One that has traded, with an order, a trigger and preferences, all asked for as `spelled`.
  private func bench(_ spelled: String) throws -> CoreBench {
    let bench = try CoreBench(
      bars: [Self.flat, Self.flat, nil], minutes: 0.5, contract: try Self.contract())
    for order in [
      "orderType=mkt&side=buy&size=1", "orderType=lmt&side=buy&size=1&limitPrice=150",
      "orderType=stp&side=sell&size=1&stopPrice=120&reduceOnly=true",
    ] {
      let answer = try bench.post("sendorder", "symbol=\(spelled)&\(order)")
      #expect((answer["sendStatus"] as? [String: Any])?["status"] as? String == "placed")
      #expect(Self.names(answer) == [Self.symbol], "\(answer)")
    }
    for preference in ["leveragepreferences?maxLeverage=4", "pnlpreferences?pnlPreference=EUR"] {
      let parts = preference.split(separator: "?")
      let answer = try bench.ask(
        "PUT", "/derivatives/api/v3/\(parts[0])", "symbol=\(spelled)&\(parts[1])")
      #expect(answer["result"] as? String == "success")
    }
    return bench
  }

  @Test(arguments: ["PF_AAPLxUSD", "PF_AAPLXUSD", "pf_aaplxusd"])
  func `in every answer, however it was asked for`(_ spelled: String) throws {
    let bench = try bench(spelled)
    for read in [
      "instruments", "instruments/status", "instruments/\(spelled)/status", "tickers",
      "tickers/\(spelled)", "openorders", "openpositions", "fills", "unwindqueue",
      "leveragepreferences", "pnlpreferences", "orders/status",
    ] {
      let answer = try bench.get(read)
      #expect(Self.names(answer) == [Self.symbol], "\(read): \(answer)")
    }
    for read in ["orders", "triggers", "executions", "positions"] {
      let answer = try bench.ask("GET", "/api/history/v3/\(read)", "tradeable=\(spelled)")
      #expect(Self.names(answer) == [Self.symbol], "\(read): \(answer)")
    }
    let log = try bench.history("account-log").compactMap { $0["contract"] as? String }
    #expect(Set(log) == ["pf_aaplxusd"], "the account log has small letters")
    let trades = try bench.ask("GET", "/api/history/v3/market/\(spelled)/executions")
    #expect(Self.names(trades) == [Self.symbol])
    #expect(try bench.get("orderbook", "symbol=\(spelled)")["result"] as? String == "success")
    let quote = try bench.get("initialmargin/maxordersize", "orderType=mkt&symbol=\(spelled)")
    #expect(quote["result"] as? String == "success")
    let cancelled = try bench.post("cancelallorders", "symbol=\(spelled)")
    #expect(Self.names(cancelled) == [Self.symbol], "\(cancelled)")
  }

  @Test(arguments: ["PF_AAPLxUSD", "PF_AAPLXUSD", "pf_aaplxusd"])
  func `in every message, however it was subscribed to`(_ spelled: String) throws {
    let bench = try HubBench(contract: try Self.contract())
    bench.connect()
    _ = bench.heard()
    let product = bench.product
    for feed in ["ticker", "ticker_lite", "trade", "book"] {
      let messages = bench.subscribe(feed, [spelled])
      #expect(Self.names(messages) == [Self.symbol], "\(feed): \(messages)")
    }
    bench.set { view in
      view.orders = [Samples.order(product)]
      view.fills = [Samples.fill(product)]
      view.positions = [Samples.position(product)]
    }
    for feed in ["open_orders", "open_orders_verbose", "fills", "open_positions"] {
      let messages = try bench.subscribePrivate(feed, products: feed == "fills" ? [spelled] : [])
      #expect(Self.names(messages) == [Self.symbol], "\(feed): \(messages)")
    }
    let order = OrderChange(order: Samples.order(product), reason: .placed, isCancel: false)
    bench.show([.order(order), .fill(Samples.fill(product))])
    let told = bench.heard()
    #expect(told.count >= 3)
    #expect(Self.names(told) == [Self.symbol])
  }
}
