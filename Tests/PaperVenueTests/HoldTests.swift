import Foundation
import SimulatedVenue
import Testing

@testable import PaperVenue

@Suite("Maker Protection, as a client meets it")
struct HoldTests {
  private func bench() throws -> CoreBench {
    var policies = VenuePolicies()
    policies.holdMilliseconds = 20
    return try CoreBench(
      bars: [(50_000, 50_000, 50_000, 50_000), nil], minutes: 0.5, policies: policies)
  }

  private func sendLater(_ bench: CoreBench, _ order: String) -> AnswerBox {
    bench.later("POST", "/derivatives/api/v3/sendorder", "symbol=PF_XBTUSD&" + order)
  }

  private func status(_ box: AnswerBox) throws -> String? {
    (try box.object?["sendStatus"] as? [String: Any])?["status"] as? String
  }

  @Test func `an order that may take is held, unseen, and answered when it is released`() throws {
    let bench = try bench()
    let box = sendLater(bench, "orderType=lmt&side=buy&size=0.1&limitPrice=49000&cliOrdId=a")
    bench.pass(19)
    #expect(box.response == nil)
    #expect(try bench.get("openorders")["openOrders"] as? [String] == [])
    let known = try bench.post("orders/status", "cliOrdIds=a")
    #expect(known["orders"] as? [String] == [])
    bench.pass(1)
    #expect(try status(box) == "placed")
    #expect((try bench.get("openorders")["openOrders"] as? [Any])?.count == 1)
  }

  @Test func `a post-only order is not held`() throws {
    let bench = try bench()
    #expect(try bench.word("orderType=post&side=buy&size=0.1&limitPrice=49000") == "placed")
  }

  @Test func `a cancel that is acknowledged while the order is held does not stop it`() throws {
    let bench = try bench()
    let box = sendLater(bench, "orderType=lmt&side=buy&size=0.1&limitPrice=50010&cliOrdId=a")
    let cancelled = try bench.post("cancelorder", "cliOrdId=a")["cancelStatus"] as? [String: Any]
    #expect(cancelled?["status"] as? String == "cancelled")
    bench.pass(20)
    #expect(try status(box) == "placed")
    let fills = try #require(try bench.get("fills")["fills"] as? [[String: Any]])
    #expect(fills.map { $0["cliOrdId"] as? String } == ["a"])
  }

  @Test func `a batch is answered when the last of its orders is released`() throws {
    let bench = try bench()
    let document =
      "{\"batchOrder\":["
      + "{\"order\":\"send\",\"order_tag\":\"1\",\"orderType\":\"post\",\"symbol\":\"PF_XBTUSD\","
      + "\"side\":\"buy\",\"size\":0.1,\"limitPrice\":49000},"
      + "{\"order\":\"send\",\"order_tag\":\"2\",\"orderType\":\"mkt\",\"symbol\":\"PF_XBTUSD\","
      + "\"side\":\"buy\",\"size\":\"0.2\"}]}"
    let box = bench.later("POST", "/derivatives/api/v3/batchorder", "json=" + document)
    #expect(box.response == nil)
    bench.pass(20)
    let items = try #require(try box.object?["batchStatus"] as? [[String: Any]])
    #expect(items.map { $0["order_tag"] as? String } == ["1", "2"])
    #expect(items.map { $0["status"] as? String } == ["placed", "placed"])
    #expect((items[1]["orderEvents"] as? [[String: Any]])?.first?["type"] as? String == "EXECUTION")
  }
}
