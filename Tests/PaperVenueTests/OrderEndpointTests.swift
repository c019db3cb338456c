import Foundation
import Testing

@testable import PaperVenue

@Suite("order endpoints")
struct OrderEndpointTests {
  private func bench() throws -> CoreBench {
    try CoreBench(bars: [(50_000, 50_000, 50_000, 50_000), nil], minutes: 0.5)
  }

  @Test(arguments: [
    ("orderType=lmt&side=buy&size=0.01", "invalidPrice"),
    ("orderType=lmt&side=buy&size=0.01&limitPrice=1.5", "invalidPrice"),
    ("orderType=lmt&side=buy&size=0.01&limitPrice=-1", "invalidPrice"),
    ("orderType=lmt&side=buy&size=0.01&limitPrice=nan", "invalidPrice"),
    ("orderType=lmt&side=buy&size=0.01&limitPrice=1e400", "invalidPrice"),
    ("orderType=mkt&side=buy&size=0.00001", "invalidSize"),
    ("orderType=mkt&side=buy&size=0", "invalidSize"),
    ("orderType=mkt&side=buy&size=-1", "invalidSize"),
    ("orderType=mkt&side=buy&size=x", "invalidSize"),
    ("orderType=mkt&side=buy&size=922337203685477.5807", "invalidSize"),
    ("orderType=mkt&side=buy&size=922337203685477.58", "maxPositionViolation"),
    ("orderType=stp&side=buy&size=0.01&stopPrice=", "invalidPrice"),
    ("orderType=mkt&side=sell&size=0.01&reduceOnly=true", "wouldNotReducePosition"),
    (
      "orderType=mkt&side=buy&size=0.01&processBefore=2020-01-01T00%3A00%3A00.000Z",
      "wouldProcessAfterSpecifiedTime"
    ),
    ("orderType=ioc&side=buy&size=0.01&limitPrice=49000", "iocWouldNotExecute"),
    ("orderType=post&side=buy&size=0.01&limitPrice=51000", "postWouldExecute"),
    ("orderType=mkt&side=buy&size=9999", "insufficientAvailableFunds"),
  ])
  func `a refused order is a success with the venue's word`(_ order: String, _ word: String) throws
  {
    let bench = try bench()
    #expect(try bench.send(order)["status"] as? String == word)
    #expect(try bench.get("openpositions")["openPositions"] as? [String] == [])
  }

  @Test(arguments: [
    ("orderType=mkt&side=buy", "requiredArgumentMissing"),
    ("side=buy&size=1", "requiredArgumentMissing"),
    ("orderType=mkt&side=up&size=1", "invalidArgument: side"),
    ("orderType=dance&side=buy&size=1", "invalidArgument: orderType"),
    ("orderType=mkt&side=buy&size=1&symbol=PF_NIXUSD", "invalidArgument: symbol"),
    ("orderType=mkt&side=buy&size=1&processBefore=soon", "invalidArgument: processBefore"),
  ])
  func `a malformed request is an error`(_ order: String, _ word: String) throws {
    let answer = try bench().send(order)
    #expect(answer["result"] as? String == "error")
    #expect(answer["error"] as? String == word)
  }

  private func place(_ bench: CoreBench, _ order: String, _ id: String) throws -> [String: Any] {
    try bench.send("\(order)&cliOrdId=\(id)")
  }

  private func change(
    _ bench: CoreBench, _ name: String, _ parameters: String
  ) throws -> String? {
    let answer = try bench.ask("POST", "/derivatives/api/v3/\(name)", parameters)
    let status = (answer["editStatus"] ?? answer["cancelStatus"]) as? [String: Any]
    return status?["status"] as? String
  }

  @Test func `an order is found by its client id wherever the venue tells of orders`() throws {
    let bench = try bench()
    _ = try place(bench, "orderType=lmt&side=buy&size=0.5&limitPrice=49000", "rest")
    _ = try place(bench, "orderType=ioc&side=buy&size=0.3&limitPrice=50001", "fill")
    _ = try place(bench, "orderType=ioc&side=buy&size=0.3&limitPrice=49001", "none")
    func status(_ id: String) throws -> String? {
      let answer = try bench.ask("POST", "/derivatives/api/v3/orders/status", "cliOrdIds=\(id)")
      return (answer["orders"] as? [[String: Any]])?.first?["status"] as? String
    }
    #expect(try status("rest") == "ENTERED_BOOK")
    #expect(try status("fill") == "FULLY_EXECUTED")
    #expect(try status("none") == "REJECTED")
    #expect(try status("never") == nil)
    let open = try bench.get("openorders")["openOrders"] as? [[String: Any]]
    #expect(open?.map { $0["cliOrdId"] as? String } == ["rest"])
    let fills = try bench.get("fills")["fills"] as? [[String: Any]]
    #expect(fills?.map { $0["cliOrdId"] as? String } == ["fill"])
    let history = try bench.ask("GET", "/api/history/v3/orders", "sort=asc")
    let elements = try #require(history["elements"] as? [[String: Any]])
    let events = elements.compactMap { ($0["event"] as? [String: Any])?.keys.first }
    #expect(events == ["OrderPlaced", "OrderPlaced", "OrderRejected"])
    let later = try bench.ask("GET", "/api/history/v2/orders", "since=99999999999999")
    #expect((later["elements"] as? [Any])?.isEmpty == true)
  }

  @Test func `an order is changed and cancelled by either of its ids`() throws {
    let bench = try bench()
    let order = try place(bench, "orderType=lmt&side=buy&size=0.5&limitPrice=49000", "a")
    let id = try #require(order["order_id"] as? String)
    #expect(
      try change(bench, "editorder", "cliOrdId=a&size=0.7&qtyMode=ABSOLUTE&limitPrice=48000")
        == "edited")
    #expect(try change(bench, "editorder", "orderId=\(id)&size=0.00001") == "invalidSize")
    #expect(try change(bench, "editorder", "orderId=x&size=1") == "orderForEditNotFound")
    let late = "processBefore=2020-01-01T00%3A00%3A00Z"
    let word = "wouldProcessAfterSpecifiedTime"
    #expect(try change(bench, "editorder", "orderId=\(id)&size=1&\(late)") == word)
    #expect(try change(bench, "cancelorder", "order_id=\(id)&\(late)") == word)
    #expect(try change(bench, "cancelorder", "order_id=\(id)") == "cancelled")
    #expect(try change(bench, "cancelorder", "cliOrdId=a") == "notFound")
    #expect(try change(bench, "cancelallorders", "") == "noOrdersToCancel")
    let book = try #require(try bench.admin("/book")["orders"] as? [[String: Any]])
    #expect(book.map { $0["quantity"] as? String } == ["0.7"])
    #expect(book.map { $0["price"] as? String } == ["48000"])
    #expect(book.map { $0["status"] as? String } == ["cancelled"])
  }

  @Test func `the admin port tells how a position is covered, and of repeated ids`() throws {
    let bench = try bench()
    _ = try place(bench, "orderType=mkt&side=sell&size=0.5", "entry")
    func position() throws -> [String: Any] {
      try #require((try bench.admin("/book")["positions"] as? [[String: Any]])?.first)
    }
    #expect(try position()["size"] as? String == "-0.5")
    #expect(try position()["stop_covered"] as? String == "0")
    #expect(try position()["uncovered_since_ms"] is Int64)
    _ = try place(
      bench, "orderType=stp&side=buy&size=0.5&stopPrice=51000&reduceOnly=true", "stop")
    #expect(try position()["stop_covered"] as? String == "0.5")
    #expect(try position()["uncovered_since_ms"] is NSNull)
    #expect(
      try place(bench, "orderType=mkt&side=sell&size=0.5", "entry")["status"] as? String
        == "clientOrderIdAlreadyExist")
    let book = try bench.admin("/book")
    let repeated = try #require(book["repeated"] as? [[String: Any]])
    #expect(repeated.map { $0["client_order_id"] as? String } == ["entry"])
    #expect((book["orders"] as? [Any])?.count == 2)
    #expect((book["account"] as? [String: Any])?["start_equity"] as? String == "100000")
    let counts = try bench.admin("/requests")
    #expect(counts["sendorder"] as? Int == 3)
  }

  @Test func `a request that is not signed, or not known, changes nothing`() throws {
    let bench = try bench()
    func raw(_ method: String, _ path: String) throws -> VenueHTTPResponse {
      let box = AnswerBox()
      bench.core.trading(
        VenueHTTPRequest(
          method: method, path: path, query: "",
          body: "orderType=mkt&symbol=PF_XBTUSD&side=buy&size=1", headers: [:])
      ) { box.put($0) }
      return try #require(box.response)
    }
    let order = try raw("POST", "/derivatives/api/v3/sendorder")
    #expect(order.status == 200 && order.body.contains("\"error\":\"authenticationError\""))
    let history = try raw("GET", "/api/history/v3/orders")
    #expect(history.status == 401 && history.body.contains("\"status\":\"unauthorized\""))
    for (method, path) in [
      ("GET", "/derivatives/api/v3/sendorder"), ("POST", "/derivatives/api/v3/sendorder/x"),
      ("GET", "/"), ("POST", "/derivatives/api/v3/"), ("GET", "/api/charts/v1/trade/X"),
    ] {
      #expect([400, 404].contains(try raw(method, path).status), "\(method) \(path)")
    }
    #expect((try bench.admin("/book")["orders"] as? [Any])?.isEmpty == true)
  }
}
