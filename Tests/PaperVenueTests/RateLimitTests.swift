import Domain
import Foundation
import Testing

@testable import PaperVenue

@Suite("rate limits")
struct RateLimitTests {
  private func trading(_ tokens: Int64) -> RateBudget.Charge {
    RateBudget.Charge(pool: .trading, tokens: tokens)
  }

  @Test func `fifty orders in any ten seconds, and not one more`() throws {
    var budget = RateBudget()
    for number in 0..<50 { try budget.spend(trading(10), at: Int64(number) * 100) }
    let error = #expect(throws: RateBudget.Exhausted.self) {
      try budget.spend(trading(10), at: 9999)
    }
    #expect(error?.resetMilliseconds == 1)
    // The first order is ten seconds old: one is free again, two are not.
    try budget.spend(trading(10), at: 10_000)
    #expect(throws: RateBudget.Exhausted.self) { try budget.spend(trading(10), at: 10_050) }
    try budget.spend(trading(10), at: 10_100)
  }

  @Test func `in no span of ten seconds more is spent, whatever is asked`() {
    var budget = RateBudget()
    var spent: [(at: Int64, tokens: Int64)] = []
    var seed: UInt64 = 42
    var now: Int64 = 0
    for _ in 0..<5000 {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      now += Int64(seed >> 33) % 120
      let tokens = Int64(seed >> 40) % 30
      if (try? budget.spend(trading(tokens), at: now)) != nil { spent.append((now, tokens)) }
      let sum = spent.reversed().prefix { $0.at > now - 10_000 }.reduce(0) { $0 + $1.tokens }
      #expect(sum <= 500)
    }
    #expect(spent.count > 1000 && spent.count < 5000)
  }

  @Test func `a call dearer than the whole budget is never affordable`() {
    var budget = RateBudget()
    let error = #expect(throws: RateBudget.Exhausted.self) { try budget.spend(trading(501), at: 0) }
    #expect(error == RateBudget.Exhausted(pool: .trading, resetMilliseconds: nil))
  }

  @Test func `the history pool fills by one each six seconds`() throws {
    var budget = RateBudget()
    let call = RateBudget.Charge(pool: .history, tokens: 1)
    for _ in 0..<100 { try budget.spend(call, at: 0) }
    let error = #expect(throws: RateBudget.Exhausted.self) { try budget.spend(call, at: 1000) }
    #expect(error?.resetMilliseconds == 5000)
    try budget.spend(call, at: 6000)
    #expect(throws: RateBudget.Exhausted.self) { try budget.spend(call, at: 6001) }
    // It never holds more than a hundred, however long nobody asks, and history is not trading.
    for _ in 0..<100 { try budget.spend(call, at: 100_000_000) }
    #expect(throws: RateBudget.Exhausted.self) { try budget.spend(call, at: 100_000_000) }
    try budget.spend(trading(500), at: 100_000_000)
  }

  @Test(arguments: [
    ("POST", "sendorder", "", 10), ("POST", "editorder", "", 10), ("POST", "cancelorder", "", 10),
    ("POST", "cancelallorders", "", 25), ("POST", "cancelallordersafter", "", 25),
    ("GET", "accounts", "", 2), ("GET", "openpositions", "", 2), ("GET", "openorders", "", 2),
    ("GET", "fills", "", 2), ("GET", "fills", "lastFillTime=2026-01-01T00%3A00%3A00.000Z", 25),
    ("GET", "orders/status", "", 1), ("POST", "orders/status", "", 1),
    ("GET", "unwindqueue", "", 200), ("GET", "leveragepreferences", "", 2),
    ("PUT", "leveragepreferences", "", 10), ("GET", "pnlpreferences", "", 2),
    ("PUT", "pnlpreferences", "", 10), ("POST", "transfer", "", 10),
    ("POST", "withdrawaltospotwallet", "", 100), ("GET", "tickers", "", 0),
    ("POST", "batchorder", "json=%7B%22batchOrder%22%3A%5B%7B%7D%2C%7B%7D%5D%7D", 11),
    ("POST", "batchorder", "json=rubbish", 9),
  ])
  func `a call costs what the venue's guide says`(
    _ method: String, _ name: String, _ form: String, _ tokens: Int64
  ) {
    let request = VenueHTTPRequest(
      method: method, path: "/derivatives/api/v3/\(name)", query: form, body: "", headers: [:])
    let charge = Endpoints.endpoint(request).flatMap { RateCost.charge(request, to: $0) }
    #expect(charge?.tokens ?? 0 == tokens)
  }

  @Test(arguments: [
    ("orders", "", 1), ("executions", "", 1), ("triggers", "", 1), ("account-log", "count=25", 1),
    ("account-log", "count=1000", 3), ("account-log", "count=100000", 10),
    ("account-log", "count=x", 3), ("accountlogcsv", "", 6),
  ])
  func `history is paid from its own pool`(_ name: String, _ form: String, _ tokens: Int64)
    throws
  {
    let request = VenueHTTPRequest(
      method: "GET", path: "/api/history/v3/\(name)", query: form, body: "", headers: [:])
    let endpoint = try #require(Endpoints.endpoint(request))
    let charge = RateBudget.Charge(pool: .history, tokens: tokens)
    #expect(RateCost.charge(request, to: endpoint) == charge)
  }

  @Test(arguments: [
    "/derivatives/api/v3/sendorder/", "/api/history/v3/orders/", "/api/history/v2/orders",
  ])
  func `another spelling of a path costs the same`(_ path: String) throws {
    let request = VenueHTTPRequest(
      method: path.contains("sendorder") ? "POST" : "GET", path: path, query: "", body: "",
      headers: [:])
    let endpoint = try #require(Endpoints.endpoint(request))
    #expect(RateCost.charge(request, to: endpoint)?.tokens ?? 0 > 0)
  }

  @Test func `nothing is traded at version 4`() {
    let request = VenueHTTPRequest(
      method: "POST", path: "/derivatives/api/v4/sendorder", query: "", body: "", headers: [:])
    #expect(Endpoints.endpoint(request) == nil)
  }

  @Test func `the fifty-first order in a row is limited, and public calls are not`() async throws {
    let venue = try VenueProcess()
    try await venue.start(rateLimits: true)
    // A wrong signature costs nothing.
    let path = "/derivatives/api/v3/sendorder"
    for _ in 0..<60 {
      let answer = try venue.connect().ask(
        "POST", path, headers: [("APIKey", VenueProcess.key), ("Authent", "x")], body: "a=b")
      #expect(answer.json["error"] as? String == "authenticationError")
    }
    for _ in 0..<50 {
      #expect(
        try venue.post("sendorder", "orderType=lmt")["error"] as? String
          == "requiredArgumentMissing")
    }
    let limited = try venue.ask("POST", path, "orderType=lmt")
    #expect(limited.status == 200 && limited.json["error"] as? String == "apiLimitExceeded")
    for _ in 0..<100 { #expect(try venue.get("tickers")["result"] as? String == "success") }
    for _ in 0..<100 {
      #expect(try venue.ask("GET", "/api/history/v3/orders").status == 200)
    }
    let history = try venue.ask("GET", "/api/history/v3/orders")
    #expect(history.status == 429)
    #expect((1...6).contains(Int(history.headers["rate-limit-reset"] ?? "") ?? 0))
  }
}
