import Domain
import Foundation
import SimulatedVenue
import Testing

@testable import PaperVenue

/// Every message against what the venue printed: the same fields, types and spelling.
@Suite("the messages of the WebSocket look as documented", .enabled(if: SharedFiles.present))
struct WebSocketShapeTests {
  private static let docs = "docs/futures-api.websocket"

  private func expect(
    _ ours: [String: Any]?, like file: String, extra: Set<String> = [],
    missing: Set<String> = []
  ) throws {
    let ours = try #require(ours, "no message for \(file)")
    let documented = try SharedFiles.json(file)
    #expect(
      Shape.differences(ours: ours, documented: documented, extra: extra, missing: missing) == [],
      "\(file): \(ours)")
  }

  private func bench() throws -> HubBench {
    let bench = try HubBench()
    bench.connect()
    _ = bench.heard()
    return bench
  }

  @Test(arguments: ["ticker", "trade", "book", "heartbeat", "ticker_lite"])
  func `public subscriptions`(_ feed: String) throws {
    let bench = try bench()
    let answers = bench.subscribe(feed, feed == "heartbeat" ? [] : ["PF_XBTUSD"])
    try expect(answers.first, like: "\(Self.docs).\(feed).\(feed)__2.json")
    // The printed examples of two feeds have a stray space here.
    #expect(answers.first?["event"] as? String == "subscribed")
    try expect(bench.subscribe(feed + "?").first, like: "\(Self.docs).\(feed).error.json")
  }

  @Test(arguments: [
    ("open_orders", "open_orders.open_orders"), ("account_log", "account_log.account_log__2"),
    ("balances", "balances.balances__2"), ("fills", "fills.fills__2"),
    ("notifications_auth", "notifications.notifications_auth"),
    ("open_orders_verbose", "open_orders_verbose.open_orders_verbose__2"),
    ("open_positions", "open_position.open_positions__2"),
  ])
  func `private subscriptions`(_ feed: String, _ file: String) throws {
    let bench = try bench()
    try expect(
      bench.say(#"{"event":"challenge","api_key":"key"}"#).first,
      like: "\(Self.docs).challenge.challenge__2.json")
    let answers = try bench.subscribePrivate(feed, products: feed == "fills" ? ["PF_XBTUSD"] : [])
    try expect(answers.first, like: "\(Self.docs).\(file).json")
  }

  @Test func `market data`() throws {
    let bench = try bench()
    var tick = Samples.tick(bench.product)
    tick.day.open = Price(ticks: 40_000)
    tick.day.high = Price(ticks: 60_000)
    tick.day.low = Price(ticks: 30_000)
    tick.trades = [Samples.trade(1, at: 0)]
    bench.set(tick)
    let ticker = bench.subscribe("ticker", ["PF_XBTUSD"]).last
    try expect(ticker, like: "clients/nautilus/ws_futures_ticker.json")
    #expect(ticker?["leverage"] as? String == "50x" && ticker?["pair"] as? String == "XBT:USD")
    #expect(ticker?["change"] as? Double == 25 && ticker?["premium"] as? Double == 0.01)
    try expect(
      bench.subscribe("ticker_lite", ["PF_XBTUSD"]).last,
      like: "\(Self.docs).ticker_lite.ticker_lite__3.json")
    try expect(
      bench.subscribe("trade", ["PF_XBTUSD"]).last, like: "\(Self.docs).trade.trade_snapshot.json")
    try expect(
      bench.subscribe("book", ["PF_XBTUSD"]).last, like: "\(Self.docs).book.book_snapshot.json")
    bench.subscribe("heartbeat")
    tick = Samples.tick(bench.product, last: 50_001, at: 250)
    tick.trades = [Samples.trade(2, at: 200)]
    bench.set(tick)
    bench.advance(250)
    let heard = bench.heard()
    for (feed, file) in [
      ("trade", "trade.trade__3"), ("book", "book.book__3"),
      ("heartbeat", "heartbeat.heartbeat__3"),
    ] {
      try expect(
        heard.first { $0["feed"] as? String == feed }, like: "\(Self.docs).\(file).json")
    }
  }

  @Test func `open orders`() throws {
    let bench = try bench()
    let product = bench.product
    bench.set {
      $0.orders = [
        Samples.order(product, client: nil), Samples.order(product, kind: .stop, client: nil),
      ]
    }
    let snapshot = try bench.subscribePrivate("open_orders").last
    try expect(
      snapshot, like: "\(Self.docs).open_orders.open_orders_snapshot.json",
      missing: ["limit_price", "triggerSignal", "trailing_stop_options"])
    let orders = try #require(snapshot?["orders"] as? [[String: Any]])
    #expect(orders.map { $0["type"] as? String } == ["limit", "stop"])
    #expect(orders[1]["triggerSignal"] as? String == "mark")
    try expect(
      try bench.subscribePrivate("open_orders_verbose").last,
      like: "\(Self.docs).open_orders_verbose.open_orders_verbose_snapshot.json",
      extra: ["triggerSignal"], missing: ["limit_price"])
    func tell(_ reason: OrderReason, isCancel: Bool) -> [[String: Any]] {
      let order = Samples.order(product, client: nil)
      bench.show([.order(OrderChange(order: order, reason: reason, isCancel: isCancel))])
      return bench.heard()
    }
    let placed = tell(.placed, isCancel: false)
    try expect(placed[0], like: "\(Self.docs).open_orders.open_orders__2.json")
    let filled = tell(.fullFill, isCancel: true)
    try expect(filled[0], like: "clients/nautilus/ws_futures_open_orders_delta_full_fill.json")
    let cancelled = tell(.cancelled, isCancel: true)
    try expect(cancelled[0], like: "\(Self.docs).open_orders.open_orders__3.json")
    try expect(cancelled[1], like: "\(Self.docs).open_orders_verbose.open_orders_verbose__4.json")
    let post = tell(.postWouldExecute, isCancel: true)
    try expect(post[0], like: "\(Self.docs).open_orders_verbose.open_orders_verbose__3.json")
  }

  @Test func `fills`() throws {
    let bench = try bench()
    let report = Samples.fill(bench.product)
    bench.set { $0.fills = [report] }
    try expect(
      try bench.subscribePrivate("fills").last,
      like: "\(Self.docs).fills.fills_snapshot.json", extra: ["cli_ord_id"])
    bench.show([.fill(report)])
    try expect(bench.heard().last, like: "clients/nautilus/ws_futures_fills_delta.json")
  }

  @Test func `positions and money`() throws {
    let bench = try bench()
    let product = bench.product
    bench.set { $0.positions = [Samples.position(product)] }
    let positions = try bench.subscribePrivate("open_positions").last
    #expect(
      Set(positions?.keys.map { $0 } ?? [])
        == ["feed", "account", "positions", "seq", "timestamp"])
    let position = (positions?["positions"] as? [[String: Any]])?.first
    try expect(position, like: "\(Self.docs).open_position.json")
    #expect(position?["return_on_equity"] as? Double == 5.55345)
    try expect(
      try bench.subscribePrivate("balances").last,
      like: "\(Self.docs).balances.balances_snapshot.json",
      missing: [
        "USDT", "GBP", "USDC", "XBT", "EUR", "ETH", "LTC", "BCH", "XRP", "F-ETH:EUR", "F-XBT:USD",
        "PF_ETHUSD",
      ])
    bench.set {
      $0.positions = []
      $0.balance = Samples.poorer
    }
    bench.show([.fill(Samples.fill(product))])
    try expect(
      bench.heard().last { $0["feed"] as? String == "balances" },
      like: "\(Self.docs).balances.balances__4.json",
      missing: ["USDT", "GBP", "USDC", "XBT", "EUR", "ETH", "PF_ETHUSD"])
  }

  @Test func `account log and notifications`() throws {
    let bench = try bench()
    let notice = Notice(id: 5, type: "market", priority: "low", note: "n", effective: Samples.wall)
    bench.set { $0.notices = [notice] }
    let rows = try Samples.rows(bench.product)
    bench.source.change { $0.log = rows }
    try expect(
      try bench.subscribePrivate("account_log").last,
      like: "\(Self.docs).account_log.account_log_snapshot.json")
    bench.show([.log(rows[0])])
    let documented = try #require(
      try SharedFiles.json("\(Self.docs).account_log.account_log_snapshot.json") as? [String: Any])
    let ours = try #require(bench.heard().last?["new_entry"])
    let like = try #require((documented["logs"] as? [Any])?.first)
    #expect(Shape.differences(ours: ours, documented: like) == [])
    try expect(
      try bench.subscribePrivate("notifications_auth").last,
      like: "\(Self.docs).notifications.notifications_auth__2.json")
  }
}
