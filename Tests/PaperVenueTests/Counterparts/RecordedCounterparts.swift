import Domain
import Foundation
import SimulatedVenue
import Testing

@testable import PaperVenue

/// What is answered in place of what was recorded of the venue.
enum RecordedCounterparts {
  /// clients/kraken.net/Endpoints.Futures.Trading.GetExecutionEvents.json has it on history pages.
  private static let page: Set<String> = ["serverTime"]

  static let all = account + history

  private static let account = [
    // The WebSocket's account_log_snapshot has all three.
    Counterpart(
      "recorded/response_account_log",
      extra: ["old_average_entry_price", "new_average_entry_price", "collateral"]
    ) {
      try CoreBench.traded().ask("GET", "/api/history/v3/account-log", "sort=asc")
    },
    // Two answers, put together by who recorded them; schedules have one tier.
    Counterpart(
      "recorded/response_feeschedules_volumes",
      extra: [ContractListing.standardFeeSchedule],
      missing: [
        "97ae0cc8-2964-43ea-91e9-d8e720b02b19", "483158cd-ff99-4c0a-865b-290844f60ee9",
      ]
    ) {
      var bench = try MarketAnswerBench()
      let schedules = try bench.ask { MarketAnswers.feeSchedules($0, $1) }
      let volumes = try bench.ask { MarketAnswers.feeVolumes($0, .init(micros: 5_500_000), $1) }
      return schedules.merging(volumes) { one, _ in one }
    },
    Counterpart("recorded/response_fills", quotesNumbers: true) {
      try CoreBench.traded().get("fills")
    },
    Counterpart("recorded/response_openorders", quotesNumbers: true) {
      try CoreBench.traded().get("openorders")
    },
    Counterpart("recorded/response_openorders_2", quotesNumbers: true) {
      try CoreBench.traded().get("openorders")
    },
    // docs/get-open-positions.success has both.
    Counterpart(
      "recorded/response_openpositions", extra: ["unrealizedPnl", "pnlCurrency"],
      quotesNumbers: true
    ) { try CoreBench.traded().get("openpositions") },
    Counterpart("recorded/response_tickers_single", quotesNumbers: true) {
      var bench = try MarketAnswerBench()
      return try bench.ask([], "symbol=PF_ETHUSD", MarketAnswerBench.tickers)
    },
  ]

  private static let history = [
    // docs_enums has the other types of the two orders.
    Counterpart(
      "recorded/response_history_market_executions", quotesNumbers: true,
      otherWords: ["orderType"]
    ) {
      var bench = try MarketAnswerBench()
      return try bench.ask(["PF_XBTUSD"], "count=9") {
        MarketAnswers.events($0, &$1, .executions)
      }
    },
    Counterpart(
      "recorded/response_history_orders_full_fill", extra: page, quotesNumbers: true
    ) { try events("orders", of: ["OrderUpdated"], on: played()) },
    // `origin` is in the other two; the token is there when there is more than this page. The order
    // is called IoC; the recorded execution of a market order has Market, as docs_enums has.
    Counterpart(
      "recorded/response_history_orders_market_filled", extra: page.union(["origin"]),
      missing: ["continuationToken"], quotesNumbers: true, otherWords: ["orderType"]
    ) {
      let bench = try CoreBench(bars: [(50_000, 50_000, 50_000, 50_000), nil], minutes: 0.5)
      _ = try bench.send("orderType=mkt&side=buy&size=0.5")
      return try events("orders", of: ["OrderPlaced"], on: bench)
    },
    Counterpart(
      "recorded/response_history_orders_placed_limit", extra: page,
      missing: ["continuationToken"], quotesNumbers: true
    ) {
      let bench = try CoreBench(bars: [(50_000, 50_000, 50_000, 50_000), nil], minutes: 0.5)
      _ = try bench.send("orderType=lmt&side=buy&size=0.5&limitPrice=49000")
      return try events("orders", of: ["OrderPlaced"], on: bench)
    },
    Counterpart("recorded/response_history_triggers", extra: page, quotesNumbers: true) {
      let bench = try played()
      return try events(
        "triggers",
        of: ["OrderTriggerPlaced", "OrderTriggerActivated", "OrderTriggerCancelled"], on: bench)
    },
  ]

  /// A market that falls by 2,000: it fills an order and sets off one of two stops.
  private static func played() throws -> CoreBench {
    let flat: (Int64, Int64, Int64, Int64) = (50_000, 50_000, 50_000, 50_000)
    let bench = try CoreBench(
      bars: [flat, (50_000, 50_000, 48_000, 48_000), (48_000, 48_000, 48_000, 48_000), nil],
      minutes: 0.5, speed: 1)
    _ = try bench.send("orderType=lmt&side=buy&size=0.5&limitPrice=49000")
    _ = try bench.send("orderType=stp&side=sell&size=0.1&stopPrice=48500&limitPrice=40000")
    let never = try #require(
      try bench.send("orderType=stp&side=sell&size=0.1&stopPrice=30000")["order_id"])
    bench.pass(100_000)
    _ = try bench.post("cancelorder", "order_id=\(never)")
    return bench
  }

  /// A page of the history with the events that are asked for, each of which there must be.
  private static func events(
    _ name: String, of kinds: [String], on bench: CoreBench
  ) throws -> [String: Any] {
    var page = try bench.ask("GET", "/api/history/v3/\(name)")
    let elements = try #require(page["elements"] as? [[String: Any]])
    func kind(_ element: [String: Any]) -> String? {
      (element["event"] as? [String: Any])?.keys.first
    }
    #expect(Set(elements.compactMap(kind)).isSuperset(of: kinds))
    page["elements"] = elements.filter { kind($0).map { kinds.contains($0) } ?? false }
    return page
  }
}
