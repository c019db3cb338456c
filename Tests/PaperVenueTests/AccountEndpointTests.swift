import Foundation
import SimulatedVenue
import Testing

@testable import PaperVenue

@Suite("account endpoints")
struct AccountEndpointTests {
  private func bench(
    bars: [(Int64, Int64, Int64, Int64)?] = [(50_000, 50_000, 50_000, 50_000), nil],
    minutes: Double = 0.5, speed: Double = 0.000_001
  ) throws -> CoreBench {
    try CoreBench(bars: bars, minutes: minutes, speed: speed)
  }

  @Test func `the dead man's switch cancels everything unless it is set again`() throws {
    let bench = try bench()
    _ = try bench.send("orderType=lmt&side=buy&size=0.1&limitPrice=49000")
    func after(_ seconds: Int) throws -> String? {
      let answer = try bench.post("cancelallordersafter", "timeout=\(seconds)")
      return (answer["status"] as? [String: Any])?["triggerTime"] as? String
    }
    func open() throws -> Int? {
      (try bench.get("openorders")["openOrders"] as? [Any])?.count
    }
    #expect(try after(60) == "2026-11-25T00:01:00.000Z")
    bench.pass(59_999)
    #expect(try after(60) == "2026-11-25T00:01:59.999Z")
    bench.pass(59_999)
    #expect(try open() == 1)
    bench.pass(1)
    #expect(try open() == 0)
    let reasons = try bench.history("orders").compactMap { element in
      ((element["event"] as? [String: Any])?["OrderCancelled"] as? [String: Any])?["reason"]
        as? String
    }
    #expect(reasons == ["dead_man_switch"])
    #expect(try after(0) == "0")
    #expect(
      try bench.post("cancelallordersafter", "timeout=-1")["error"] as? String
        == "invalidArgument: timeout")
  }

  @Test func `a batch carries out each of its instructions, whichever way it is encoded`() throws {
    let bench = try bench()
    _ = try bench.send("orderType=lmt&side=buy&size=0.1&limitPrice=48000&cliOrdId=edit")
    _ = try bench.send("orderType=lmt&side=buy&size=0.1&limitPrice=48000&cliOrdId=cancel%2Bme")
    let document =
      "{\"batchOrder\":["
      + "{\"order\":\"send\",\"order_tag\":\"1\",\"orderType\":\"lmt\",\"symbol\":\"pf_xbtusd\","
      + "\"side\":\"buy\",\"size\":0.1,\"limitPrice\":49000,\"reduceOnly\":false},"
      + "{\"order\":\"edit\",\"cliOrdId\":\"edit\",\"limitPrice\":47000},"
      + "{\"order\":\"cancel\",\"cliOrdId\":\"cancel+me\"},"
      + "{\"order\":\"cancel\",\"order_id\":\"none\"},"
      + "{\"order\":\"send\",\"orderType\":\"lmt\",\"symbol\":\"PF_XBTUSD\",\"side\":\"up\","
      + "\"size\":1,\"limitPrice\":1},{\"order\":\"dance\"}]}"
    let words = [
      "placed", "edited", "cancelled", "notFound", "invalidSide", "invalidArgument: order",
    ]
    func batch(_ body: String) throws -> [[String: Any]] {
      try #require(try bench.post("batchorder", body)["batchStatus"] as? [[String: Any]])
    }
    let items = try batch("json=" + document)
    #expect(items.map { $0["status"] as? String } == words)
    #expect(items[0]["order_tag"] as? String == "1")
    let encoded = try #require(
      document.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
    #expect(try batch("json=" + encoded)[0]["status"] as? String == "placed")
    #expect(try bench.post("batchorder", "json={")["error"] as? String == "Json Parse Error")
    #expect(
      try bench.post("batchorder", "json={}")["error"] as? String == "requiredArgumentMissing")
  }

  @Test func `a batch may carry a deadline for all of it`() throws {
    let bench = try bench()
    let document =
      "{\"batchOrder\":[{\"order\":\"send\",\"orderType\":\"mkt\",\"symbol\":\"PF_XBTUSD\","
      + "\"side\":\"buy\",\"size\":1}]}"
    let encoded = try #require(
      document.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
    let answer = try bench.post(
      "batchorder", "ProcessBefore=2026-11-24T00%3A00%3A00.000Z&json=" + encoded)
    let items = answer["batchStatus"] as? [[String: Any]]
    #expect(items?.first?["status"] as? String == "wouldProcessAfterSpecifiedTime")
  }

  @Test func `preferences are kept and read back`() throws {
    let bench = try bench()
    let path = "/derivatives/api/v3/"
    func put(_ name: String, _ parameters: String) throws -> [String: Any] {
      try bench.ask("PUT", path + name, parameters)
    }
    #expect(
      try put("pnlpreferences", "symbol=PF_XBTUSD&pnlPreference=EUR")["result"] as? String
        == "success")
    let currency = try bench.get("pnlpreferences")["preferences"] as? [[String: Any]]
    #expect(currency?.first?["pnlCurrency"] as? String == "EUR")
    _ = try put("leveragepreferences", "symbol=PF_XBTUSD&maxLeverage=2.5")
    let one = try bench.get("leveragepreferences", "symbol=PF_XBTUSD")
    #expect(
      (one["leveragePreferences"] as? [[String: Any]])?.first?["maxLeverage"] as? Double == 2.5)
    _ = try put("leveragepreferences", "symbol=PF_XBTUSD")
    #expect(
      (try bench.get("leveragepreferences")["leveragePreferences"] as? [Any])?.isEmpty == true)
    #expect(
      try put("self-trade-strategy", "strategy=CANCEL_MAKER_SELF")["strategy"] as? String
        == "CANCEL_MAKER_SELF")
    #expect(
      try put("self-trade-strategy", "strategy=DANCE")["error"] as? String
        == "invalidArgument: strategy")
  }

  @Test func `the look-up forgets an order five seconds after its end`() throws {
    let bench = try bench()
    _ = try bench.send("orderType=mkt&side=buy&size=0.1&cliOrdId=a")
    _ = try bench.send("orderType=lmt&side=buy&size=0.1&limitPrice=49000&cliOrdId=b")
    func known() throws -> [String?] {
      let orders = try bench.get("orders/status", "cliOrdIds=a&cliOrdIds=b")["orders"]
      return (orders as? [[String: Any]] ?? []).map {
        ($0["order"] as? [String: Any])?["cliOrdId"] as? String
      }
    }
    bench.pass(5000)
    #expect(try known() == ["a", "b"])
    bench.pass(1)
    #expect(try known() == ["b"])
    #expect((try bench.get("orders/status")["orders"] as? [Any])?.count == 1)
  }

  @Test func `an order that executes at once shows in fills only, where the policy says so`() throws
  {
    let bench = try bench()
    _ = try bench.admin("/policies", "{\"immediate_orders\":\"fills_only\"}")
    _ = try bench.send("orderType=ioc&side=buy&size=0.1&limitPrice=50100&cliOrdId=a")
    #expect((try bench.post("orders/status", "cliOrdIds=a")["orders"] as? [Any])?.isEmpty == true)
    #expect((try bench.get("fills")["fills"] as? [Any])?.count == 1)
  }

  @Test func `policies are read, changed one by one and refused by name`() throws {
    let bench = try bench()
    let changed = try bench.admin("/policies", "{\"hold_ms\":20,\"client_order_id\":\"open\"}")
    #expect(changed["hold_ms"] as? Int == 20)
    #expect(changed["client_order_id"] as? String == "open")
    #expect(changed["lookup_ms"] as? Int == 5000)
    #expect(try bench.admin("/policies", "{\"hold_ms\":-1}")["hold_ms"] as? Int == -1)
    for wrong in [
      "{\"dance\":1}", "{\"hold_ms\":101}", "{\"hold_ms\":-2}", "{\"deadline\":\"never\"}", "[]",
      "{",
    ] {
      #expect(try bench.admin("/policies", wrong)["status"] as? String == "BAD_REQUEST")
    }
    #expect(try bench.admin("/policies")["client_order_id"] as? String == "open")
  }

  @Test func `an account that loses its margin is liquidated, and says so everywhere`() throws {
    let bars: [(Int64, Int64, Int64, Int64)?] = [
      (50_000, 50_000, 50_000, 50_000), (50_000, 50_000, 30_000, 30_000),
      (30_000, 30_000, 30_000, 30_000),
    ]
    let bench = try bench(bars: bars, minutes: 0.5, speed: 1)
    _ = try bench.send("orderType=mkt&side=buy&size=20")
    _ = try bench.send("orderType=lmt&side=buy&size=0.1&limitPrice=20000")
    bench.pass(110_000)
    #expect((try bench.get("openpositions")["openPositions"] as? [Any])?.isEmpty == true)
    #expect((try bench.get("openorders")["openOrders"] as? [Any])?.isEmpty == true)
    let types = try #require(try bench.get("fills")["fills"] as? [[String: Any]])
      .map { $0["fillType"] as? String }
    #expect(types.contains("partialLiquidation") && types.contains("liquidation"))
    let logs = try bench.history("account-log").map { $0["info"] as? String }
    #expect(logs.contains("futures liquidation"))
  }
}
