import Domain
import Foundation
import SimulatedVenue
import Testing

@testable import PaperVenue

/// What the WebSocket says in place of the printed messages.
enum WebSocketCounterparts {
  private static let api = "docs/futures-api.websocket."

  static let all = answers + errors + market + orders + account

  /// What a client says; each is granted, its key, challenge and product being ours.
  static let requests =
    [
      "account_log.account_log", "balances.balances", "book.book", "challenge.challenge",
      "fills.fills", "heartbeat.heartbeat", "notifications.open_orders",
      "open_orders.open_orders_verbose", "open_orders_verbose.open_orders_verbose",
      "open_position.open_positions", "ticker.ticker", "ticker_lite.ticker_lite", "trade.trade",
    ].map { api + $0 } + ["docs/guides.futures-introduction.ticker"]

  static func isGranted(_ file: String) throws -> Bool {
    var request = try #require(try SharedFiles.json("\(file).json") as? [String: Any])
    let bench = try connected()
    if request["api_key"] != nil { request["api_key"] = HubBench.key }
    if request["original_challenge"] != nil {
      let challenge = try bench.challenge()
      request["original_challenge"] = challenge
      request["signed_challenge"] = bench.authentication.signature(of: challenge)
    }
    if request["product_ids"] != nil { request["product_ids"] = ["PF_XBTUSD"] }
    let event = try #require(request["event"] as? String)
    let answer = bench.say(HubBench.text(request)).first?["event"] as? String
    return answer == (event == "subscribe" ? "subscribed" : event)
  }

  private static func connected() throws -> HubBench {
    let bench = try HubBench()
    bench.connect()
    _ = bench.heard()
    return bench
  }

  private static func message(_ messages: [[String: Any]], _ feed: String) throws -> [String: Any] {
    try #require(messages.last { $0["feed"] as? String == feed }, "no message of \(feed)")
  }

  // MARK: - Answers

  private static let answers =
    ["ticker", "trade", "book", "heartbeat", "ticker_lite"].map { feed in
      Counterpart("\(api)\(feed).\(feed)__2") {
        try #require(
          try connected().subscribe(feed, feed == "heartbeat" ? [] : ["PF_XBTUSD"]).first)
      }
    }
    + [
      ("open_orders", "open_orders.open_orders"), ("account_log", "account_log.account_log__2"),
      ("balances", "balances.balances__2"), ("fills", "fills.fills__2"),
      ("notifications_auth", "notifications.notifications_auth"),
      ("open_orders_verbose", "open_orders_verbose.open_orders_verbose__2"),
      ("open_positions", "open_position.open_positions__2"),
    ].map { feed, file in
      Counterpart(api + file) {
        try #require(
          try connected().subscribePrivate(feed, products: feed == "fills" ? ["PF_XBTUSD"] : [])
            .first)
      }
    } + [
      // The message is the challenge itself.
      Counterpart(api + "challenge.challenge__2", otherWords: ["message"]) {
        try #require(try connected().say(#"{"event":"challenge","api_key":"key"}"#).first)
      }
    ]

  private static let errors =
    [
      "account_log", "balances", "fills", "notifications", "open_orders", "open_orders_verbose",
    ].map { feed in
      Counterpart("\(api)\(feed).error") {
        try #require(try connected().subscribePrivate("no_\(feed)").first)
      }
    }
    + ["book", "open_position", "ticker", "ticker_lite", "trade"].map { feed in
      Counterpart("\(api)\(feed).error") {
        try #require(
          try connected().subscribe(feed == "open_position" ? "ticker" : feed, ["PF_NONE"]).first)
      }
    }
    + ["challenge", "heartbeat"].map { feed in
      Counterpart("\(api)\(feed).error") {
        try #require(try connected().say(#"{"event":"subscribe","feed":"#).first)
      }
    }

  // MARK: - Market data

  /// A bench in which a trade moved the book after somebody had subscribed to `feed`.
  private static func moved(_ feed: String) throws -> [[String: Any]] {
    let bench = try connected()
    bench.subscribe(feed, feed == "heartbeat" ? [] : ["PF_XBTUSD"])
    var tick = Samples.tick(bench.product, last: 50_001, at: 250)
    tick.trades = [Samples.trade(2, at: 200)]
    bench.set(tick)
    bench.advance(250)
    return bench.heard()
  }

  private static func snapshot(_ feed: String) throws -> [String: Any] {
    let bench = try connected()
    var tick = Samples.tick(bench.product)
    tick.day.open = Price(ticks: 40_000)
    tick.trades = [Samples.trade(1, at: 0)]
    bench.set(tick)
    return try #require(bench.subscribe(feed, ["PF_XBTUSD"]).last)
  }

  private static let market = [
    Counterpart(api + "ticker_lite.ticker_lite__3") { try snapshot("ticker_lite") },
    // A dated contract has the same message; only its tag is another.
    Counterpart(api + "ticker_lite.ticker_lite__4", otherWords: ["tag"]) {
      try snapshot("ticker_lite")
    },
    Counterpart(api + "trade.trade_snapshot") { try snapshot("trade") },
    Counterpart(api + "book.book_snapshot") { try snapshot("book") },
    Counterpart(api + "trade.trade__3") { try message(moved("trade"), "trade") },
    Counterpart(api + "book.book__3") { try message(moved("book"), "book") },
    Counterpart(api + "heartbeat.heartbeat__3") { try message(moved("heartbeat"), "heartbeat") },
  ]

  // MARK: - Orders

  private static let orders = [
    Counterpart(api + "open_orders.open_orders_snapshot") {
      try snapshot("open_orders", all: true)
    },
    Counterpart(api + "open_orders_verbose.open_orders_verbose_snapshot") {
      try snapshot("open_orders_verbose", all: false)
    },
    Counterpart(api + "open_orders.open_orders__2") {
      try change("open_orders", .placed, isCancel: false)
    },
    Counterpart(api + "open_orders.open_orders__3") {
      try change("open_orders", .cancelled, isCancel: true)
    },
    // The list of reasons (kraken-futures.md 9.1) has `…_because_it_would_filled`.
    Counterpart(api + "open_orders_verbose.open_orders_verbose__3", otherWords: ["reason"]) {
      try change("open_orders_verbose", .postWouldExecute, isCancel: true)
    },
    Counterpart(api + "open_orders_verbose.open_orders_verbose__4") {
      try change("open_orders_verbose", .cancelled, isCancel: true)
    },
    // 9.1 has the client's id; the printed fills are of orders without one.
    Counterpart(api + "fills.fills_snapshot", extra: ["cli_ord_id"]) {
      let bench = try connected()
      let report = Samples.fill(bench.product)
      bench.set { $0.fills = [report] }
      return try #require(try bench.subscribePrivate("fills").last)
    },
  ]

  /// The open orders: a limit order, and the two kinds of stop that are printed.
  private static func snapshot(_ feed: String, all: Bool) throws -> [String: Any] {
    let bench = try connected()
    let plain = Samples.order(bench.product, client: nil)
    var stop = Samples.order(bench.product, kind: .stop, client: nil)
    stop.limit = Price(ticks: 48_000)
    var trailing = Samples.order(bench.product, kind: .trailingStop, client: nil)
    trailing.trailing = .millionths(200_000)
    let orders = all ? [stop, trailing, plain] : [plain]
    bench.set { $0.orders = orders }
    return try #require(try bench.subscribePrivate(feed).last)
  }

  private static func change(
    _ feed: String, _ reason: OrderReason, isCancel: Bool
  ) throws -> [String: Any] {
    let bench = try connected()
    _ = try bench.subscribePrivate(feed)
    let order = Samples.order(bench.product, client: nil)
    bench.show([.order(OrderChange(order: order, reason: reason, isCancel: isCancel))])
    return try message(bench.heard(), feed)
  }

  // MARK: - The account

  /// Nothing is in the cash wallet, and there is no single-collateral account, no isolated margin
  /// and no collateral of a currency whose haircut is not documented.
  private static let absent: Set<String> = [
    "USDT", "GBP", "USDC", "XBT", "EUR", "ETH", "LTC", "BCH", "XRP", "F-ETH:EUR", "F-XBT:USD",
    "PF_ETHUSD",
  ]

  private static let account = [
    Counterpart(api + "open_position") {
      let bench = try connected()
      let position = Samples.position(bench.product)
      bench.set { $0.positions = [position] }
      let list = try bench.subscribePrivate("open_positions").last?["positions"]
      return try #require((list as? [Any])?.first)
    },
    Counterpart(api + "balances.balances_snapshot", missing: absent) {
      try #require(try connected().subscribePrivate("balances").last)
    },
    Counterpart(
      api + "balances.balances__4", missing: absent.subtracting(["XBT", "EUR", "ETH"])
    ) {
      let bench = try connected()
      _ = try bench.subscribePrivate("balances")
      bench.set { view in
        view.balance = Samples.poorer
        view.balance.holdings = CollateralCurrency.all.map { currency in
          CollateralHolding(currency: currency, quantity: 1, value: .zero, margin: .zero)
        }
      }
      bench.show([.fill(Samples.fill(bench.product))])
      return try message(bench.heard(), "balances")
    },
    // The printed rows are of funding.
    Counterpart(api + "account_log.account_log_snapshot", otherWords: ["info", "margin_account"]) {
      let bench = try connected()
      let rows = try Samples.rows(bench.product)
      bench.source.change { $0.log = rows }
      return try #require(try bench.subscribePrivate("account_log").last)
    },
    Counterpart(api + "notifications.notifications_auth__2") {
      let bench = try connected()
      let notice = Notice(
        id: 5, type: "market", priority: "low", note: "n", effective: Samples.wall)
      bench.set { $0.notices = [notice] }
      return try #require(try bench.subscribePrivate("notifications_auth").last)
    },
  ]
}
