import Domain
import Foundation
import SimulatedVenue
import Testing

@testable import PaperVenue

@Suite("the private feeds of the WebSocket")
struct WebSocketAccountTests {
  private func change(
    _ bench: HubBench, _ reason: OrderReason, isCancel: Bool, filled: Int64 = 0,
    isImmediate: Bool = false
  ) -> AccountChange {
    .order(
      OrderChange(
        order: Samples.order(bench.product, filled: filled), reason: reason, isCancel: isCancel,
        isImmediate: isImmediate))
  }

  @Test func `the quantity of an order is what is left of it`() throws {
    let bench = try HubBench()
    bench.connect()
    try bench.subscribePrivate("open_orders")
    bench.show([change(bench, .partialFill, isCancel: false, filled: 100)])
    bench.show([change(bench, .fullFill, isCancel: true, filled: 300)])
    let orders = bench.heard().compactMap { $0["order"] as? [String: Any] }
    #expect(orders.map { $0["qty"] as? Double } == [0.02, 0])
    #expect(orders.map { $0["filled"] as? Double } == [0.01, 0.03])
    #expect(orders.map { $0["direction"] as? Int } == [1, 1])
  }

  @Test func `a cancel names the order and no more`() throws {
    let bench = try HubBench()
    bench.connect()
    try bench.subscribePrivate("open_orders")
    bench.show([change(bench, .cancelled, isCancel: true)])
    let message = try #require(bench.heard().last)
    #expect(message["order"] == nil)
    #expect(message["order_id"] as? String == "59302619-41d2-4f0b-941f-7e7914760ad3")
    #expect(message["cli_ord_id"] as? String == "mine")
    #expect(message["is_cancel"] as? Bool == true)
  }

  @Test func `only the verbose feed tells of a post-only order that would have traded`() throws {
    let bench = try HubBench()
    bench.connect()
    try bench.subscribePrivate("open_orders")
    try bench.subscribePrivate("open_orders_verbose")
    bench.show([change(bench, .postWouldExecute, isCancel: true)])
    let heard = bench.heard()
    #expect(heard.map { $0["feed"] as? String } == ["open_orders_verbose"])
    #expect(heard[0]["order"] is [String: Any])
  }

  @Test func `under fills_only an order that never rests shows as fills and nothing else`() throws {
    let bench = try HubBench()
    bench.connect()
    try bench.subscribePrivate("open_orders")
    try bench.subscribePrivate("fills")
    bench.source.change { $0.showsFillsOnly = true }
    let changes = [
      change(bench, .fullFill, isCancel: true, filled: 300, isImmediate: true),
      .fill(Samples.fill(bench.product)),
    ]
    bench.show(changes)
    #expect(bench.heard().map { $0["feed"] as? String } == ["fills"])
    bench.source.change { $0.showsFillsOnly = false }
    bench.show(changes)
    #expect(bench.heard().map { $0["feed"] as? String } == ["open_orders", "fills"])
  }

  @Test func `fills are numbered on from the snapshot, for each subscription`() throws {
    let bench = try HubBench()
    bench.connect(1)
    bench.connect(2)
    let report = Samples.fill(bench.product, id: "f0")
    bench.set { $0.fills = [report] }
    func numbers(_ message: [String: Any]?) -> [Int?] {
      (message?["fills"] as? [[String: Any]] ?? []).map { $0["seq"] as? Int }
    }
    #expect(numbers(try bench.subscribePrivate("fills").last) == [0])
    bench.show([.fill(Samples.fill(bench.product, id: "f1"))])
    #expect(numbers(bench.heard().last) == [1])
    #expect(numbers(try bench.subscribePrivate("fills", from: 2).last) == [0])
    bench.show([.fill(Samples.fill(bench.product, id: "f2"))])
    #expect(numbers(bench.heard(1).last) == [2])
    #expect(numbers(bench.heard(2).last) == [1])
  }

  @Test func `positions and money are told after a fill and when prices move, once a second`()
    throws
  {
    let bench = try HubBench()
    bench.connect()
    let product = bench.product
    bench.set { $0.positions = [Samples.position(product)] }
    try bench.subscribePrivate("open_positions")
    try bench.subscribePrivate("balances")
    bench.advance(0)
    _ = bench.heard()
    bench.advance(1000)
    #expect(bench.heard().isEmpty, "nothing changed")
    bench.set { $0.positions = [Samples.position(product, pnl: 1)] }
    bench.advance(250)
    #expect(bench.heard().isEmpty, "not yet a second")
    bench.advance(750)
    let moved = bench.heard()
    #expect(moved.map { $0["feed"] as? String } == ["open_positions"])
    let positions = moved[0]["positions"] as? [[String: Any]]
    #expect(positions?.first?["balance"] as? Double == -0.04)
    bench.set {
      $0.positions = []
      $0.balance = Samples.poorer
    }
    bench.show([.fill(Samples.fill(product))])
    let after = bench.heard()
    #expect(after.map { $0["feed"] as? String } == ["open_positions", "balances"])
    #expect((after[0]["positions"] as? [Any])?.isEmpty == true, "the full list, every time")
    #expect(after[0]["seq"] as? Int64 == (moved[0]["seq"] as? Int64).map { $0 + 1 })
  }

  @Test func `the account log and the operator's notices are told as they come`() throws {
    let bench = try HubBench()
    bench.connect()
    try bench.subscribePrivate("account_log")
    try bench.subscribePrivate("notifications_auth")
    let notice = Notice(
      id: 5, type: "maintenance", priority: "low", note: "n", effective: Samples.wall)
    let rows = try Samples.rows(bench.product)
    bench.show([.log(rows[0]), .notice(notice)])
    let heard = bench.heard()
    #expect(heard.map { $0["feed"] as? String } == ["account_log", "notifications_auth"])
    #expect((heard[0]["new_entry"] as? [String: Any])?["id"] as? Int == 1691)
  }

  @Test func `fills of other products than those asked for are not told`() throws {
    let bench = try HubBench()
    bench.connect()
    let other = try #require(InstrumentID("PF_ETHUSD"))
    try bench.subscribePrivate("fills", products: ["PF_XBTUSD"])
    bench.show([.fill(Samples.fill(other)), .fill(Samples.fill(bench.product))])
    #expect(bench.heard().count == 1)
  }
}
