import Domain
import Foundation
import SimulatedVenue
import Testing

@testable import PaperVenue

/// What the trading interface answers in place of the printed examples.
enum TradingCounterparts {
  private static let api = "docs/futures-api.trading."
  /// In the orders of cancel-order.success; others were placed without one.
  private static let client: Set<String> = ["cliOrdId"]

  static let all = reads + preferences + orders + changes + markets + errors

  private static let reads = [
    // kraken-futures.md 5.3 has fillTime; the others are on one of the three positions printed.
    Counterpart(
      api + "get-open-positions.success",
      extra: ["fillTime", "pnlCurrency", "maxFixedLeverage"]
    ) {
      let bench = try CoreBench.traded()
      _ = try bench.ask(
        "PUT", "/derivatives/api/v3/leveragepreferences", "symbol=PF_XBTUSD&maxLeverage=5")
      return try bench.get("openpositions")
    },
    Counterpart(api + "get-open-orders.success") { try CoreBench.traded().get("openorders") },
    Counterpart(api + "get-fills.success") { try CoreBench.traded().get("fills") },
    // The cash wallet is empty, and there is no single-collateral account.
    Counterpart(api + "get-accounts.success", missing: ["xbt", "xrp", "fi_xbtusd"]) {
      try CoreBench(
        bars: [(50_000, 50_000, 50_000, 50_000), nil], minutes: 0.5,
        changes: CollateralTests.deposits()
      ).get("accounts")
    },
    Counterpart(api + "get-unwind-queue.success") { try CoreBench.traded().get("unwindqueue") },
    // There is one account and none below it.
    Counterpart(api + "list-subaccounts.success", missing: ["subaccounts"]) {
      try CoreBench.traded().get("subaccounts")
    },
    Counterpart(api + "withdrawal.success") {
      try CoreBench.traded().post("withdrawal", "currency=USD&amount=10")
    },
  ]

  private static let preferences = [
    Counterpart(api + "get-leverage-setting.success") {
      let bench = try CoreBench.traded()
      _ = try put(bench, "leveragepreferences", "maxLeverage=10")
      return try bench.get("leveragepreferences")
    },
    Counterpart(api + "set-leverage-setting.success") {
      try put(CoreBench.traded(), "leveragepreferences", "maxLeverage=10")
    },
    Counterpart(api + "get-pnl-currency-preference.success") {
      let bench = try CoreBench.traded()
      _ = try put(bench, "pnlpreferences", "pnlPreference=BTC")
      return try bench.get("pnlpreferences")
    },
    Counterpart(api + "set-pnl-currency-preference.success") {
      try put(CoreBench.traded(), "pnlpreferences", "pnlPreference=BTC")
    },
  ]

  private static func put(
    _ bench: CoreBench, _ name: String, _ parameters: String
  ) throws -> [String: Any] {
    try bench.ask("PUT", "/derivatives/api/v3/\(name)", "symbol=PF_XBTUSD&\(parameters)")
  }

  private static func send(_ order: String) throws -> [String: Any] {
    try CoreBench.traded().post("sendorder", "symbol=PF_XBTUSD&\(order)")
  }

  private static let orders = [
    // kraken-futures.md 4.1 has reducedQuantity on PLACE.
    Counterpart(api + "send-order.placed", extra: client.union(["reducedQuantity"])) {
      try send("orderType=lmt&side=buy&size=0.1&limitPrice=48000")
    },
    // 4.1 has all of them on EXECUTION.
    Counterpart(
      api + "send-order.placed__2",
      extra: client.union(["orderPriorEdit", "takerReducedQuantity"])
    ) { try send("orderType=lmt&side=buy&size=0.1&limitPrice=50010") },
    // The printed order is called `lmt`; docs_enums has `ioc` for what it was sent as.
    Counterpart(api + "send-order.iocWouldNotExecute", extra: client, otherWords: ["type"]) {
      try send("orderType=ioc&side=buy&size=0.1&limitPrice=48000")
    },
    // The guide leaves the events of the reference out, words and all.
    Counterpart(
      "docs/guides.futures-rest.placed", extra: ["orderEvents"], otherWords: ["type"]
    ) {
      try send("orderType=lmt&side=buy&size=0.1&limitPrice=48000")
    },
    Counterpart(
      "docs/guides.futures-rest.insufficientAvailableFunds", extra: ["order_id", "orderEvents"]
    ) { try send("orderType=lmt&side=buy&size=900&limitPrice=48000") },
    // The first of the three results has the time.
    Counterpart(
      api + "send-batch-order.success",
      extra: client.union(["reducedQuantity", "dateTimeReceived"])
    ) {
      let bench = try CoreBench.traded()
      for name in ["a", "b"] {
        _ = try bench.send("orderType=lmt&side=buy&size=0.1&limitPrice=48000&cliOrdId=\(name)")
      }
      let json =
        #"{"batchOrder":[{"order":"send","order_tag":"1","orderType":"lmt","#
        + #""symbol":"PF_XBTUSD","side":"buy","size":1,"limitPrice":47000,"reduceOnly":false},"#
        + #"{"order":"edit","cliOrdId":"a","size":0.2},{"order":"cancel","cliOrdId":"b"}]}"#
      let encoded = try #require(
        json.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
      return try bench.post("batchorder", "json=\(encoded)")
    },
  ]

  private static let changes = [
    Counterpart(api + "edit-order-spring.success", extra: client) {
      let bench = try CoreBench.traded()
      let id = try #require(
        try bench.send("orderType=lmt&side=buy&size=0.1&limitPrice=48000")["order_id"])
      return try bench.post("editorder", "orderId=\(id)&limitPrice=47000&size=0.2")
    },
    Counterpart(api + "cancel-order.success") {
      let bench = try CoreBench.traded()
      let id = try #require(
        try bench.send("orderType=lmt&side=buy&size=0.1&limitPrice=48000")["order_id"])
      return try bench.post("cancelorder", "order_id=\(id)")
    },
    Counterpart(api + "cancel-all-orders.success", extra: client) {
      let bench = try CoreBench.traded()
      _ = try bench.send("orderType=post&side=buy&size=0.1&limitPrice=48000")
      return try bench.post("cancelallorders")
    },
    Counterpart(api + "cancel-all-orders-after.success") {
      try CoreBench.traded().post("cancelallordersafter", "timeout=60")
    },
    Counterpart(api + "cancel-all-orders-after.success__2") {
      try CoreBench.traded().post("cancelallordersafter", "timeout=0")
    },
  ]

  private static let markets = [
    // recorded/response_tickers_single.json has both; a month's ticker and an index have less.
    Counterpart(
      api + "get-tickers.success",
      extra: [
        "high24h", "low24h", "fundingRate", "fundingRatePrediction", "askSize", "ask",
      ], otherWords: ["tag"]
    ) {
      var bench = try MarketAnswerBench()
      return try bench.ask([], "", MarketAnswerBench.tickers)
    },
    Counterpart(api + "get-ticker.success", extra: ["high24h", "low24h"]) {
      var bench = try MarketAnswerBench()
      return try bench.ask(["PF_XBTUSD"], "", MarketAnswerBench.tickers)
    },
    // Of inverse and dated contracts: an index, an expiry, sizes in contracts; a securities number
    // is in the instruments file, where one has it.
    Counterpart(
      api + "get-instruments.success",
      missing: ["isin", "underlying", "lastTradingTime", "contracts"]
    ) {
      var bench = try MarketAnswerBench()
      return try bench.ask { MarketAnswers.instruments($0, $1) }
    },
    Counterpart(api + "historical-funding-rates.success") {
      var bench = try MarketAnswerBench()
      return try bench.ask([], "symbol=PF_XBTUSD", MarketAnswers.fundingRates)
    },
    Counterpart(api + "get-fee-schedules-v-3.success") {
      var bench = try MarketAnswerBench()
      return try bench.ask { MarketAnswers.feeSchedules($0, $1) }
    },
    // The one member is named by the schedule.
    Counterpart(
      api + "get-user-fee-schedule-volumes-v-3.success",
      extra: [ContractListing.standardFeeSchedule],
      missing: ["eef90775-995b-4596-9257-0917f6134766"]
    ) {
      var bench = try MarketAnswerBench()
      return try bench.ask { MarketAnswers.feeVolumes($0, .init(micros: 5_500_000), $1) }
    },
    Counterpart(api + "get-notifications.success") {
      var bench = try MarketAnswerBench()
      return try bench.ask { call, _ in MarketAnswers.notifications(call) }
    },
  ]

  private static let errors = [
    Counterpart(api + "cancel-all-orders-after.error") {
      try CoreBench.limited("POST", "cancelallordersafter", "timeout=0")
    },
    // Notifications cost nothing here: the same error of another call.
    Counterpart(api + "get-notifications.error") { try CoreBench.limited("GET", "accounts") },
    Counterpart(api + "get-open-positions.error") {
      try CoreBench.limited("GET", "openpositions")
    },
    Counterpart("docs/guides.futures-rate-limits.error") {
      try CoreBench.limited("GET", "openorders")
    },
    Counterpart(api + "sub-account-transfer.error") {
      try CoreBench.traded().post(
        "transfer/subaccount",
        "fromUser=a&toUser=b&fromAccount=cash&toAccount=cash&unit=shells&amount=1")
    },
    // Nothing can be kept in the cash wallet.
    Counterpart(api + "withdrawal.error") {
      try CoreBench.traded().post(
        "transfer", "fromAccount=flex&toAccount=cash&unit=USD&amount=1")
    },
  ]
}

extension CoreBench {
  /// A position of half a contract, and an order that rests.
  static func traded() throws -> CoreBench {
    let bench = try CoreBench(bars: [(50_000, 50_000, 50_000, 50_000), nil], minutes: 0.5)
    _ = try bench.send("orderType=mkt&side=buy&size=0.5")
    _ = try bench.send("orderType=lmt&side=buy&size=0.5&limitPrice=49000")
    return bench
  }

  /// The answer to a call once the budget of calls is spent.
  static func limited(
    _ method: String, _ name: String, _ parameters: String = ""
  ) throws -> [String: Any] {
    let bench = try CoreBench(
      bars: [(50_000, 50_000, 50_000, 50_000), nil], minutes: 0.5, rateLimits: true)
    for _ in 0..<2 { _ = try bench.get("unwindqueue") }
    for _ in 0..<100 {
      let answer = try bench.ask(method, "/derivatives/api/v3/\(name)", parameters)
      if answer["error"] != nil { return answer }
    }
    return [:]
  }
}
