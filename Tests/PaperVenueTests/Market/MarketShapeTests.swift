import Domain
import Foundation
import Testing

@testable import PaperVenue

/// The market's answers beside the documented and recorded ones, field by field.
@Suite(
  "market answers have the venue's shape", .enabled(if: SharedFiles.present, SharedFiles.missing))
struct MarketShapeTests {
  private func expect(
    _ ours: Any, like file: String, extra: Set<String> = [], missing: Set<String> = [],
    isQuoted: Bool = false
  ) throws {
    let documented = try SharedFiles.json(file)
    let differences = Shape.differences(
      ours: ours, documented: documented, extra: extra, missing: missing
    ).filter {
      // Whoever recorded some payloads put every number in quotes; the venue prints numbers.
      !isQuoted || !$0.hasSuffix(" is number, documented as text")
    }
    #expect(differences.isEmpty, "\(file): \(differences.joined(separator: "; "))")
  }

  private static let docs = "docs/futures-api.trading."

  @Test func `of tickers`() throws {
    var bench = try MarketAnswerBench()
    let day: Set<String> = ["high24h", "low24h"]
    try expect(
      bench.ask([], "", MarketAnswerBench.tickers), like: Self.docs + "get-tickers.success.json",
      extra: day)
    try expect(
      bench.ask(["pf_xbtusd"], "", MarketAnswerBench.tickers),
      like: Self.docs + "get-ticker.success.json", extra: day)
    try expect(
      bench.ask([], "symbol=PF_ETHUSD", MarketAnswerBench.tickers),
      like: "recorded/response_tickers_single.json", isQuoted: true)
    try expect(
      bench.ask([], "", MarketAnswerBench.tickers),
      like: "clients/nautilus/http_futures_tickers.json")
  }

  @Test func `of instruments`() throws {
    var bench = try MarketAnswerBench()
    let ours = try bench.ask { MarketAnswers.instruments($0, $1) }
    try expect(
      ours, like: Self.docs + "get-instruments.success.json",
      missing: ["isin", "underlying", "lastTradingTime"])
    let status = try bench.ask { MarketAnswers.status($0, $1) }
    try expect(
      status, like: "clients/kraken.net/Endpoints.Futures.ExchangeData.GetSymbolStatus.json")
    let one = try bench.ask(["PF_XBTUSD"]) { MarketAnswers.status($0, $1) }
    #expect(one["tradeable"] as? String == "PF_XBTUSD")
    #expect(one["experiencingDislocation"] as? Bool == false)
    #expect(one["priceDislocationDirection"] is NSNull)
  }

  @Test func `of rates, fees and notifications`() throws {
    var bench = try MarketAnswerBench()
    try expect(
      bench.ask([], "symbol=PF_XBTUSD", MarketAnswers.fundingRates),
      like: Self.docs + "historical-funding-rates.success.json")
    try expect(
      bench.ask { MarketAnswers.feeSchedules($0, $1) },
      like: Self.docs + "get-fee-schedules-v-3.success.json")
    let volumes = try bench.ask { MarketAnswers.feeVolumes($0, .init(micros: 5_500_000), $1) }
    try expect(
      volumes, like: Self.docs + "get-user-fee-schedule-volumes-v-3.success.json",
      extra: Set((volumes["volumesByFeeSchedule"] as? [String: Any] ?? [:]).keys),
      missing: ["eef90775-995b-4596-9257-0917f6134766"])
    try expect(
      bench.ask { call, _ in MarketAnswers.notifications(call) },
      like: Self.docs + "get-notifications.success.json")
  }

  @Test func `of trades and candles`() throws {
    var bench = try MarketAnswerBench()
    try expect(
      bench.ask([], "symbol=PF_XBTUSD", MarketAnswers.history),
      like: "clients/kraken.net/Endpoints.Futures.ExchangeData.GetTrades.json",
      extra: ["serverTime"])
    let executions = try bench.ask(["PF_XBTUSD"], "count=9") {
      MarketAnswers.events($0, &$1, .executions)
    }
    try expect(
      executions, like: "recorded/response_history_market_executions.json", isQuoted: true)
    try expect(
      executions, like: "clients/nautilus/http_futures_public_executions.json",
      extra: ["continuationToken", "len"])
    for type in ["trade", "mark", "spot"] {
      try expect(
        bench.ask([type, "PF_XBTUSD", "1h"], "from=1767225600", MarketAnswers.charts),
        like: "clients/nautilus/http_futures_candles_\(type).json")
    }
  }
}
