import Foundation
import SimulatedVenue
import Testing

@testable import PaperVenue

@Suite("the history service")
struct HistoryTests {
  private static let flat: [(Int64, Int64, Int64, Int64)?] = [
    (50_000, 50_000, 50_000, 50_000), nil,
  ]

  private func bench(_ policies: VenuePolicies = VenuePolicies()) throws -> CoreBench {
    try CoreBench(bars: Self.flat, minutes: 0.5, policies: policies)
  }

  private func events(_ elements: [[String: Any]]) -> [String] {
    elements.compactMap { ($0["event"] as? [String: Any])?.keys.first }
  }

  @Test func `tells the life of an order, newest first`() throws {
    let bench = try bench()
    _ = try bench.send("orderType=lmt&side=buy&size=0.2&limitPrice=49000&cliOrdId=a")
    _ = try bench.post("editorder", "cliOrdId=a&size=0.3&qtyMode=ABSOLUTE")
    _ = try bench.post("cancelorder", "cliOrdId=a")
    let elements = try bench.history("orders")
    #expect(events(elements) == ["OrderCancelled", "OrderUpdated", "OrderPlaced"])
    let updated = (elements[1]["event"] as? [String: Any])?["OrderUpdated"] as? [String: Any]
    #expect((updated?["oldOrder"] as? [String: Any])?["quantity"] as? String == "0.2")
    #expect((updated?["newOrder"] as? [String: Any])?["quantity"] as? String == "0.3")
    #expect(updated?["reason"] as? String == "edited_by_user")
    #expect(Set(elements.compactMap { $0["uid"] as? String }).count == 3)
  }

  @Test func `tells of triggers apart from orders`() throws {
    let bench = try bench()
    _ = try bench.send(
      "orderType=stp&side=sell&size=0.1&stopPrice=49000&triggerSignal=mark&cliOrdId=s")
    _ = try bench.post("cancelorder", "cliOrdId=s")
    #expect(events(try bench.history("orders")).isEmpty)
    let triggers = try bench.history("triggers", "sort=asc")
    #expect(events(triggers) == ["OrderTriggerPlaced", "OrderTriggerCancelled"])
    let placed = (triggers[0]["event"] as? [String: Any])?["OrderTriggerPlaced"]
    let order = (placed as? [String: Any])?["order"] as? [String: Any]
    let options = order?["triggerOptions"] as? [String: Any]
    #expect(options?["triggerSide"] as? String == "Below")
    #expect(options?["triggerSignal"] as? String == "MarkPrice")
    #expect(order?["clientId"] as? String == "s")
  }

  @Test func `pages through everything, each event once, in both directions`() throws {
    let bench = try bench()
    for number in 0..<25 {
      _ = try bench.send("orderType=lmt&side=buy&size=0.1&limitPrice=49000&cliOrdId=n\(number)")
      bench.pass(1000)
    }
    for direction in ["asc", "desc"] {
      var names: [String] = []
      var token = ""
      for _ in 0..<10 {
        let answer = try bench.ask(
          "GET", "/api/history/v3/orders", "count=7&sort=\(direction)&continuation_token=\(token)")
        let elements = try #require(answer["elements"] as? [[String: Any]])
        #expect(elements.count <= 7)
        #expect(answer["len"] as? Int == elements.count)
        names += elements.compactMap { element in
          let placed = (element["event"] as? [String: Any])?["OrderPlaced"] as? [String: Any]
          return (placed?["order"] as? [String: Any])?["clientId"] as? String
        }
        guard let next = answer["continuationToken"] as? String else { break }
        token = next
      }
      let all = (0..<25).map { "n\($0)" }
      #expect(names == (direction == "asc" ? all : all.reversed()))
    }
  }

  @Test(arguments: ["asc", "desc"])
  func `pages of one element each still end, and lose nothing of a record with two`(
    _ direction: String
  ) throws {
    let bench = try bench()
    _ = try bench.send("orderType=ioc&side=buy&size=1&limitPrice=50001")
    _ = try bench.send("orderType=ioc&side=buy&size=0.1&limitPrice=50010")
    let whole = try bench.history("orders", "sort=\(direction)").compactMap { $0["uid"] as? String }
    var paged: [String] = []
    var token = ""
    for _ in 0..<10 {
      let answer = try bench.ask(
        "GET", "/api/history/v3/orders", "count=1&sort=\(direction)&continuation_token=\(token)")
      paged += (answer["elements"] as? [[String: Any]] ?? []).compactMap { $0["uid"] as? String }
      guard let next = answer["continuationToken"] as? String else { break }
      token = next
    }
    #expect(whole.count == 3 && paged == whole)
    let rows = try bench.history("account-log")
    #expect(try bench.history("account-log", "count=1").count == 1)
    let ids = rows.compactMap { $0["id"] as? Int }
    let middle = ids[ids.count / 2]
    #expect(
      try bench.history("account-log", "to=\(middle)").compactMap { $0["id"] as? Int }
        == ids.filter { $0 <= middle })
    #expect(
      try bench.history("account-log", "sort=asc&from=\(middle)").compactMap { $0["id"] as? Int }
        == ids.filter { $0 >= middle }.sorted())
  }

  @Test func `a deposit continues the balance of the account log`() throws {
    let bench = try bench()
    _ = try bench.send("orderType=mkt&side=buy&size=0.4")
    _ = try bench.admin("/deposit", "{\"usd\":1000}")
    let money = try bench.history("account-log").filter { $0["asset"] as? String == "usd" }
    #expect(money[0]["old_balance"] as? Double == money[1]["new_balance"] as? Double)
  }

  @Test func `goes on behind what a clock that was set back has written`() throws {
    let bench = try bench()
    bench.pass(60_000)
    _ = try bench.send("orderType=lmt&side=buy&size=0.1&limitPrice=49000&cliOrdId=ahead")
    bench.pass(-60_000)
    _ = try bench.send("orderType=lmt&side=buy&size=0.1&limitPrice=49000&cliOrdId=after")
    for order in ["asc", "desc"] {
      #expect(
        events(try bench.history("orders", "sort=\(order)")) == ["OrderPlaced", "OrderPlaced"])
    }
  }

  @Test func `keeps to the window that is asked for`() throws {
    let bench = try bench()
    for name in ["a", "b", "c"] {
      _ = try bench.send("orderType=lmt&side=buy&size=0.1&limitPrice=49000&cliOrdId=\(name)")
      bench.pass(1000)
    }
    let middle = CoreBench.wallStart + 1000
    let window = try bench.history("orders", "since=\(middle)&before=\(middle)")
    #expect(window.map { $0["timestamp"] as? Int64 } == [middle])
    #expect(try bench.history("orders", "tradeable=PF_ETHUSD").isEmpty)
    #expect(try bench.history("orders", "tradeable=PF_XBTUSD").count == 3)
  }

  @Test(arguments: ["since=x", "count=x", "sort=up", "continuation_token=x", "tradeable=%20"])
  func `refuses parameters that are none`(_ parameters: String) throws {
    let box = try bench().later("GET", "/api/history/v3/orders", parameters)
    #expect(try box.waitForObject()?["status"] as? String == "BAD_REQUEST")
    #expect(box.response?.status == 400)
  }

  @Test func `shows what happened only after its lag`() throws {
    var policies = VenuePolicies()
    policies.historyLagMilliseconds = 3000
    let bench = try bench(policies)
    _ = try bench.send("orderType=mkt&side=buy&size=0.1")
    #expect(try bench.history("executions").isEmpty)
    bench.pass(3000)
    #expect(try bench.history("executions").count == 1)
  }

  @Test func `the account log balances, row by row`() throws {
    let bench = try bench()
    _ = try bench.send("orderType=mkt&side=buy&size=0.4")
    _ = try bench.send("orderType=mkt&side=sell&size=0.4")
    let logs = try bench.history("account-log", "sort=asc")
    #expect(
      logs.map { $0["info"] as? String } == ["cross-exchange transfer"]
        + Array(repeating: "futures trade", count: 4))
    let ids = logs.compactMap { $0["id"] as? Int }
    #expect(Set(ids).count == 5)
    let money = logs.filter { $0["asset"] as? String == "usd" }
    for (before, after) in zip(money, money.dropFirst()) {
      let old = try #require(after["old_balance"] as? Double)
      #expect(before["new_balance"] as? Double == old)
      let change =
        try #require(after["realized_pnl"] as? Double) - (try #require(after["fee"] as? Double))
      #expect(abs(try #require(after["new_balance"] as? Double) - old - change) < 1e-6)
    }
    #expect(logs.last { $0["asset"] as? String == "pf_xbtusd" }?["new_balance"] as? Int == 0)
    #expect(try bench.history("account-log", "info=funding%20rate%20change").isEmpty)
  }

  @Test func `positions tell how they changed, and may be chosen by that`() throws {
    let bench = try bench()
    for order in ["buy&size=0.2", "buy&size=0.1", "sell&size=0.1", "sell&size=0.4"] {
      _ = try bench.send("orderType=mkt&side=\(order)")
    }
    func changes(_ parameters: String) throws -> [String] {
      try bench.history("positions", parameters).compactMap { element in
        let update = (element["event"] as? [String: Any])?["PositionUpdate"] as? [String: Any]
        return update?["positionChange"] as? String
      }
    }
    #expect(try changes("sort=asc") == ["open", "increase", "decrease", "reverse"])
    #expect(try changes("reversed=true") == ["reverse"])
  }

  @Test func `fills before a moment come out of the journal`() throws {
    let bench = try bench()
    for number in 0..<130 {
      _ = try bench.send("orderType=mkt&side=\(number % 2 == 0 ? "buy" : "sell")&size=0.1")
      bench.pass(1000)
    }
    let newest = try #require(try bench.get("fills")["fills"] as? [[String: Any]])
    #expect(newest.count == 100)
    let oldest = try #require(newest.last?["fillTime"] as? String)
    let parameter = oldest.replacingOccurrences(of: ":", with: "%3A")
    let earlier = try bench.get("fills", "lastFillTime=\(parameter)")["fills"] as? [[String: Any]]
    let ids = (newest + (earlier ?? [])).compactMap { $0["fill_id"] as? String }
    #expect(earlier?.count == 30)
    #expect(Set(ids).count == 130)
  }
}
