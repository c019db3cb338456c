import Foundation
import Testing

@testable import PaperVenue

/// The venue's answers beside the documented ones, field by field.
@Suite("answers have the documented shape", .enabled(if: SharedFiles.present, SharedFiles.missing))
struct ShapeTests {
  private func bench() throws -> CoreBench {
    let bench = try CoreBench(bars: [(50_000, 50_000, 50_000, 50_000), nil], minutes: 0.5)
    _ = try bench.send("orderType=mkt&side=buy&size=0.5")
    _ = try bench.send("orderType=lmt&side=buy&size=0.5&limitPrice=49000")
    return bench
  }

  private func expect(
    _ ours: [String: Any], like file: String, extra: Set<String> = [], missing: Set<String> = []
  ) throws {
    let documented = try SharedFiles.json("docs/futures-api.trading.\(file).json")
    let differences = Shape.differences(
      ours: ours, documented: documented, extra: extra, missing: missing)
    #expect(differences.isEmpty, "\(file): \(differences.joined(separator: "; "))")
  }

  @Test func `of the reads`() throws {
    let bench = try bench()
    try expect(bench.get("openorders"), like: "get-open-orders.success")
    try expect(
      bench.get("openpositions"), like: "get-open-positions.success", extra: ["fillTime"],
      missing: ["maxFixedLeverage"])
    try expect(bench.get("fills"), like: "get-fills.success")
    try expect(
      bench.get("accounts"), like: "get-accounts.success",
      missing: ["xbt", "xrp", "fi_xbtusd", "XBT", "EUR"])
  }

  @Test func `of placements`() throws {
    let bench = try bench()
    func send(_ order: String) throws -> [String: Any] {
      try bench.ask("POST", "/derivatives/api/v3/sendorder", "symbol=PF_XBTUSD&" + order)
    }
    let named: Set<String> = ["cliOrdId", "reducedQuantity"]
    try expect(
      send("orderType=lmt&side=buy&size=0.1&limitPrice=48000"), like: "send-order.placed",
      extra: named)
    try expect(
      send("orderType=lmt&side=buy&size=0.1&limitPrice=50010"), like: "send-order.placed__2",
      extra: ["cliOrdId", "orderPriorEdit", "takerReducedQuantity"])
    try expect(
      send("orderType=ioc&side=buy&size=0.1&limitPrice=48000"),
      like: "send-order.iocWouldNotExecute", extra: named)
  }

  @Test func `of changes`() throws {
    let bench = try bench()
    _ = try bench.send("orderType=lmt&side=buy&size=0.1&limitPrice=48000&cliOrdId=a")
    func change(_ name: String, _ parameters: String) throws -> [String: Any] {
      try bench.ask("POST", "/derivatives/api/v3/\(name)", parameters)
    }
    try expect(
      change("editorder", "cliOrdId=a&limitPrice=47000&size=0.2"),
      like: "edit-order-spring.success", extra: ["cliOrdId"])
    try expect(
      change("cancelorder", "cliOrdId=a"), like: "cancel-order.success", extra: ["cliOrdId"])
    try expect(
      change("cancelallorders", ""), like: "cancel-all-orders.success", extra: ["cliOrdId"])
  }

  @Test func `of the order history`() throws {
    let bench = try bench()
    let ours = try bench.ask("GET", "/api/history/v3/orders", "sort=asc")
    let elements = try #require(ours["elements"] as? [[String: Any]])
    let missing: Set<String> = ["continuationToken"]
    for (index, file) in ["market_filled", "placed_limit"].enumerated() {
      let recorded = try SharedFiles.json("recorded/response_history_orders_\(file).json")
      var answer = ours
      answer["elements"] = [elements[index]]
      let differences = Shape.differences(
        ours: answer, documented: recorded, extra: ["serverTime", "origin"], missing: missing,
        quotesNumbers: true)
      #expect(differences.isEmpty, "\(file): \(differences.joined(separator: "; "))")
    }
  }
}
