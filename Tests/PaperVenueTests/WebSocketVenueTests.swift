import Domain
import Foundation
import SimulatedVenue
import Testing

@testable import PaperVenue

/// A whole venue on a port, and one client that hears its account.
private final class VenueBench {
  let core: CoreBench
  let peer: WebSocketPeer
  let port: Int
  private let http = HTTPServer()
  private let challenge: String

  init(
    bars: [(Int64, Int64, Int64, Int64)?] = Array(
      repeating: (50_000, 50_000, 50_000, 50_000), count: 3),
    policies: VenuePolicies = VenuePolicies(), speed: Double = 0.000_001,
    faults: any WebSocketFaults = NoWebSocketFaults()
  ) throws {
    core = try CoreBench(bars: bars, minutes: 1, speed: speed, policies: policies, faults: faults)
    let venue = core.core
    port = try http.listen(
      ListenAddress(host: "127.0.0.1", port: 0), webSocket: WebSocketUpgrade(service: venue)
    ) { venue.trading($0, reply: $1) }
    peer = try WebSocketPeer(port: port)
    try peer.send(#"{"event":"challenge","api_key":"k"}"#)
    challenge = try #require(try peer.message("event", "challenge")["message"] as? String)
  }

  /// Headers of a request of this account.
  func signed(_ parameters: String) throws -> [(String, String)] {
    let signer = try #require(Authentication(key: "k", base64Secret: CoreBench.secret))
    let code = signer.signature(
      parameters: parameters, nonce: "", path: "/derivatives/api/v3/sendorder")
    return [("APIKey", "k"), ("Authent", code)]
  }

  /// Subscribes and returns the snapshot.
  func subscribe(_ feed: String, key: String = "k") throws -> [String: Any] {
    let signer = try #require(Authentication(key: "k", base64Secret: CoreBench.secret))
    try peer.send(
      HubBench.text([
        "event": "subscribe", "feed": feed, "api_key": key, "original_challenge": challenge,
        "signed_challenge": signer.signature(of: challenge),
      ]))
    guard try peer.read().json["event"] as? String == "subscribed" else { return [:] }
    return try peer.read().json
  }

  /// The next messages as `feed reason` or `feed`, up to the answer to a ping that is sent now.
  func heard() throws -> [[String: Any]] {
    try peer.send(#"{"event":"ping"}"#)
    var messages: [[String: Any]] = []
    while true {
      let message = try peer.read().json
      if message["event"] as? String == "pong" { return messages }
      messages.append(message)
    }
  }

  func told() throws -> [String] {
    try heard().map { message in
      [message["feed"] as? String, message["reason"] as? String].compactMap { $0 }
        .joined(separator: " ")
    }
  }
}

@Suite("what the venue does is told on its WebSocket", .serialized)
struct WebSocketVenueTests {
  @Test func `an order that rests and is cancelled is told of twice`() throws {
    let bench = try VenueBench()
    let snapshot = try bench.subscribe("open_orders")
    #expect((snapshot["orders"] as? [Any])?.isEmpty == true)
    let order = "orderType=lmt&side=buy&size=0.01&limitPrice=40000&cliOrdId=mine"
    #expect(try bench.core.word(order) == "placed")
    let placed = try bench.heard()
    #expect(placed.count == 1)
    let body = try #require(placed[0]["order"] as? [String: Any])
    #expect(body["cli_ord_id"] as? String == "mine" && body["limit_price"] as? Int == 40_000)
    #expect((try bench.subscribe("open_orders_verbose")["orders"] as? [Any])?.count == 1)
    _ = try bench.core.post("cancelorder", "cliOrdId=mine")
    #expect(
      try bench.told() == [
        "open_orders cancelled_by_user", "open_orders_verbose cancelled_by_user",
      ])
  }

  @Test func `an execution is told of by every feed it concerns`() throws {
    let bench = try VenueBench()
    for feed in ["open_orders", "fills", "open_positions", "balances", "account_log"] {
      #expect(try !bench.subscribe(feed).isEmpty)
    }
    #expect(try bench.core.word("orderType=mkt&side=buy&size=0.01") == "placed")
    let heard = try bench.heard()
    let feeds = heard.compactMap { $0["feed"] as? String }
    #expect(
      feeds == [
        "open_orders", "fills", "open_orders", "account_log", "account_log", "open_positions",
        "balances",
      ])
    #expect(heard[2]["reason"] as? String == "full_fill")
    let fill = try #require((heard[1]["fills"] as? [[String: Any]])?.first)
    #expect(fill["order_type"] as? String == "market" && fill["qty"] as? Double == 0.01)
    let position = try #require((heard[5]["positions"] as? [[String: Any]])?.first)
    #expect(position["balance"] as? Double == 0.01)
    #expect(position["entry_price"] as? Double == fill["price"] as? Double)
    let flex = heard[6]["flex_futures"] as? [String: Any]
    let fee = try #require(fill["fee_paid"] as? Double)
    let balance = try #require(flex?["balance_value"] as? Double)
    #expect(abs(balance - (100_000 - fee)) < 0.000_001)
  }

  @Test func `what was done before is in the snapshots and is not told again`() throws {
    let bench = try VenueBench()
    _ = try bench.core.word("orderType=mkt&side=buy&size=0.01&cliOrdId=a")
    _ = try bench.core.word("orderType=lmt&side=sell&size=0.01&limitPrice=60000&cliOrdId=b")
    #expect((try bench.subscribe("fills")["fills"] as? [Any])?.count == 1)
    #expect((try bench.subscribe("open_orders")["orders"] as? [Any])?.count == 1)
    #expect((try bench.subscribe("open_positions")["positions"] as? [Any])?.count == 1)
    let logs = try #require(try bench.subscribe("account_log")["logs"] as? [[String: Any]])
    #expect(logs.first?["info"] as? String == "futures trade")
    #expect(logs.last?["info"] as? String == "cross-exchange transfer")
    bench.core.pass(250)
    #expect(try bench.told() == [])
  }

  @Test func `under fills_only no order message tells of a taker`() throws {
    var policies = VenuePolicies()
    policies.immediateOrders = .fillsOnly
    let bench = try VenueBench(policies: policies)
    _ = try bench.subscribe("open_orders")
    _ = try bench.subscribe("fills")
    for order in [
      "orderType=mkt", "orderType=ioc&limitPrice=51000", "orderType=lmt&limitPrice=51000",
    ] {
      #expect(try bench.core.word("\(order)&side=buy&size=0.01") == "placed")
      #expect(try bench.told() == ["fills"], "\(order)")
    }
    #expect(
      try bench.core.word("orderType=lmt&side=buy&size=0.01&limitPrice=40000") == "placed")
    #expect(try bench.told() == ["open_orders new_placed_order_by_user"])
  }

  @Test func `a post-only order that would trade is told to the verbose feed alone`() throws {
    let bench = try VenueBench()
    _ = try bench.subscribe("open_orders")
    _ = try bench.subscribe("open_orders_verbose")
    #expect(
      try bench.core.word("orderType=post&side=buy&size=0.01&limitPrice=51000")
        == "postWouldExecute")
    #expect(
      try bench.told() == ["open_orders_verbose post_order_failed_because_it_would_filled"])
  }

  @Test func `a held order is invisible until it is released`() throws {
    var policies = VenuePolicies()
    policies.holdMilliseconds = 20
    let bench = try VenueBench(policies: policies)
    _ = try bench.subscribe("open_orders")
    _ = try bench.subscribe("fills")
    let answer = bench.core.later(
      "POST", "/derivatives/api/v3/sendorder",
      "symbol=PF_XBTUSD&orderType=mkt&side=buy&size=0.01")
    #expect(try bench.told() == [])
    bench.core.pass(20)
    #expect(answer.response != nil)
    #expect(
      try bench.told() == [
        "open_orders new_placed_order_by_user", "fills", "open_orders full_fill",
      ])
  }

  @Test func `a stop that goes off is gone as a trigger and comes back as a limit order`() throws {
    let bars: [(Int64, Int64, Int64, Int64)?] = [
      (50_000, 50_000, 50_000, 50_000), (50_000, 50_000, 50_000, 50_000),
      (50_000, 50_000, 40_000, 40_000), (40_000, 40_000, 40_000, 40_000),
    ]
    let bench = try VenueBench(bars: bars, speed: 1)
    _ = try bench.subscribe("open_orders")
    #expect(
      try bench.core.word(
        "orderType=stp&side=sell&size=0.01&stopPrice=45000&limitPrice=49000&triggerSignal=last")
        == "placed")
    let placed = try #require(try bench.heard().first?["order"] as? [String: Any])
    #expect(placed["type"] as? String == "stop" && placed["triggerSignal"] as? String == "last")
    bench.core.pass(150_000)
    let heard = try bench.heard()
    #expect(
      heard.map { $0["reason"] as? String } == ["stop_order_triggered", "limit_order_from_stop"])
    #expect(heard.map { $0["is_cancel"] as? Bool } == [true, false])
    #expect((heard.last?["order"] as? [String: Any])?["type"] as? String == "limit")
  }

  @Test func `the book feed shows the account's own order and follows it`() throws {
    let bench = try VenueBench()
    try bench.peer.send(#"{"event":"subscribe","feed":"book","product_ids":["PF_XBTUSD"]}"#)
    _ = try bench.peer.message("feed", "book_snapshot")
    _ = try bench.core.word("orderType=lmt&side=buy&size=0.01&limitPrice=49999&cliOrdId=a")
    bench.core.pass(250)
    let change = try bench.peer.message("feed", "book")
    #expect(change["price"] as? Int == 49_999 && change["side"] as? String == "buy")
    _ = try bench.core.post("cancelorder", "cliOrdId=a")
    bench.core.pass(250)
    let gone = try bench.peer.message("feed", "book")
    #expect(gone["price"] as? Int == 49_999)
    #expect(gone["seq"] as? Int64 == (change["seq"] as? Int64).map { $0 + 1 })
  }

  @Test func `a fault that cuts a connection during a request ends that connection alone`() throws {
    let faults = FaultDesk()
    let bench = try VenueBench(faults: faults)
    _ = try bench.subscribe("fills")
    _ = try faults.arm(Fault(kind: .socketDrop(feed: "fills"))).get()
    // The request comes in on the thread that serves the WebSocket too.
    let rest = try HTTPConnection(port: bench.port)
    let order = "symbol=PF_XBTUSD&orderType=mkt&side=buy&size=0.01"
    let answer = try rest.ask(
      "POST", "/derivatives/api/v3/sendorder", headers: try bench.signed(order), body: order)
    #expect((answer.json["sendStatus"] as? [String: Any])?["status"] as? String == "placed")
    #expect(bench.peer.ends)
    #expect(try WebSocketPeer(port: bench.port).read().json["event"] as? String == "info")
  }

  @Test func `another key hears nothing of the account`() throws {
    let bench = try VenueBench()
    #expect(try bench.subscribe("fills", key: "other").isEmpty)
    _ = try bench.core.word("orderType=mkt&side=buy&size=0.01")
    #expect(try bench.told() == [])
  }
}
