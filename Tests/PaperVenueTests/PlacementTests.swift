import Foundation
import SimulatedVenue
import Testing

@testable import PaperVenue

@Suite("every sendStatus word, as a client hears it")
struct PlacementTests {
  private static let flat: [(Int64, Int64, Int64, Int64)?] = [
    (50_000, 50_000, 50_000, 50_000), nil,
  ]

  private func bench(_ policies: VenuePolicies = VenuePolicies()) throws -> CoreBench {
    try CoreBench(bars: Self.flat, minutes: 0.5, policies: policies)
  }

  /// What is done before, the order, and the word it is answered with.
  struct Case: Sendable, CustomTestStringConvertible {
    let word: String
    var before: [String] = []
    let order: String
    var testDescription: String { word }

    init(_ word: String, before: [String] = [], _ order: String) {
      self.word = word
      self.before = before
      self.order = order
    }
  }

  @Test(arguments: [
    Case("placed", "orderType=lmt&side=buy&size=0.1&limitPrice=49000"),
    Case("invalidPrice", "orderType=lmt&side=buy&size=0.1&limitPrice=49000.5"),
    Case("invalidSize", "orderType=mkt&side=buy&size=0.00001"),
    Case("insufficientAvailableFunds", "orderType=mkt&side=buy&size=200"),
    Case("wouldCauseLiquidation", "orderType=ioc&side=buy&size=30&limitPrice=55000"),
    Case(
      "clientOrderIdAlreadyExist",
      before: ["orderType=mkt&side=buy&size=0.1&cliOrdId=twice"],
      "orderType=mkt&side=buy&size=0.1&cliOrdId=twice"),
    Case(
      "clientOrderIdTooBig",
      "orderType=mkt&side=buy&size=0.1&cliOrdId=" + String(repeating: "x", count: 101)),
    Case("clientOrderIdInvalid", "orderType=mkt&side=buy&size=0.1&cliOrdId=a%20b"),
    Case("maxPositionViolation", "orderType=mkt&side=buy&size=1000001"),
    Case("outsidePriceCollar", "orderType=lmt&side=buy&size=0.1&limitPrice=90000"),
    Case("postWouldExecute", "orderType=post&side=buy&size=0.1&limitPrice=51000"),
    Case("iocWouldNotExecute", "orderType=ioc&side=buy&size=0.1&limitPrice=49000"),
    Case(
      "selfFill", before: ["orderType=lmt&side=sell&size=0.1&limitPrice=50001"],
      "orderType=mkt&side=buy&size=1"),
    Case("wouldNotReducePosition", "orderType=mkt&side=buy&size=0.1&reduceOnly=true"),
    Case(
      "wouldProcessAfterSpecifiedTime",
      "orderType=mkt&side=buy&size=0.1&processBefore=2026-11-24T23%3A59%3A59.999Z"),
    Case(
      "tooManySmallOrders",
      before: Array(
        repeating: "orderType=lmt&side=buy&size=0.0001&limitPrice=40000", count: 100),
      "orderType=lmt&side=buy&size=0.0001&limitPrice=40000"),
    Case(
      "tooManyOrders",
      before: Array(repeating: "orderType=lmt&side=buy&size=0.01&limitPrice=40000", count: 500),
      "orderType=lmt&side=buy&size=0.01&limitPrice=40000"),
  ])
  func `an order is answered with the word it deserves`(_ example: Case) throws {
    let bench = try bench()
    for order in example.before { #expect(try bench.word(order) == "placed") }
    #expect(try bench.word(example.order) == example.word)
  }

  @Test func `an order that executed is placed, or filled where the policy says so`() throws {
    #expect(try bench().word("orderType=mkt&side=buy&size=0.1") == "placed")
    var policies = VenuePolicies()
    policies.executedWord = .exact
    let bench = try bench(policies)
    #expect(try bench.word("orderType=mkt&side=buy&size=0.1") == "filled")
    #expect(
      try bench.word("orderType=lmt&side=buy&size=9&limitPrice=50001") == "partiallyFilled")
  }

  @Test func `the state of the market refuses orders`() throws {
    let bench = try bench()
    let order = "orderType=lmt&side=buy&size=0.1&limitPrice=51000"
    func market(_ condition: String) throws {
      let answer = try bench.admin("/market", "{\"symbol\":\"PF_XBTUSD\"\(condition)}")
      #expect(answer["result"] as? String == "success")
    }
    try market(",\"suspended\":true")
    #expect(try bench.word(order) == "marketSuspended")
    try market(",\"post_only\":true")
    #expect(try bench.word(order) == "marketIsPostOnly")
    try market(",\"dislocation\":\"ABOVE_UPPER_BOUND\"")
    #expect(try bench.word(order) == "wouldIncreasePriceDislocation")
    #expect(try bench.word("orderType=lmt&side=sell&size=0.1&limitPrice=49000") == "placed")
    try market("")
    #expect(try bench.word(order) == "placed")
  }

  @Test func `a contract without a price is inactive`() throws {
    let bench = try CoreBench(bars: [nil, (50_000, 50_000, 50_000, 50_000)], minutes: 0.5)
    #expect(try bench.word("orderType=mkt&side=buy&size=0.1") == "marketInactive")
  }

  @Test func `a position beyond the chosen leverage is refused`() throws {
    let bench = try bench()
    let path = "/derivatives/api/v3/leveragepreferences"
    _ = try bench.ask("PUT", path, "symbol=PF_XBTUSD&maxLeverage=50")
    let chosen = try bench.get("leveragepreferences")["leveragePreferences"] as? [[String: Any]]
    #expect(chosen?.first?["maxLeverage"] as? Int == 50)
    #expect(try bench.word("orderType=mkt&side=buy&size=41") == "fixedLeverageTooHigh")
    #expect(try bench.word("orderType=mkt&side=buy&size=1") == "placed")
  }

  private func edit(_ bench: CoreBench, _ parameters: String) throws -> String? {
    let status = try bench.post("editorder", parameters)["editStatus"] as? [String: Any]
    return status?["status"] as? String
  }

  @Test func `an edit is answered with the word it deserves`() throws {
    let bench = try bench()
    _ = try bench.send("orderType=lmt&side=buy&size=0.1&limitPrice=49000&cliOrdId=limit")
    _ = try bench.send(
      "orderType=trailing_stop&side=sell&size=0.1&trailingStopMaxDeviation=1"
        + "&trailingStopDeviationUnit=PERCENT&cliOrdId=trail")
    #expect(try edit(bench, "cliOrdId=none&size=1") == "orderForEditNotFound")
    #expect(try edit(bench, "cliOrdId=limit&stopPrice=48000") == "orderForEditNotAStop")
    #expect(
      try edit(bench, "cliOrdId=trail&stopPrice=48000") == "cannotEditTriggerPriceOfTrailingStop")
    #expect(
      try edit(bench, "cliOrdId=trail&limitPrice=48000") == "cannotEditLimitPriceOfTrailingStop")
    #expect(
      try edit(
        bench, "cliOrdId=trail&trailingStopMaxDeviation=2&trailingStopDeviationUnit=PERCENT")
        == "edited")
    #expect(try edit(bench, "cliOrdId=limit&size=0.2&limitPrice=48000") == "edited")
  }

  @Test func `a cancel finds what is open, and says what is not`() throws {
    let bench = try bench()
    func cancel(_ parameters: String) throws -> String? {
      let status = try bench.post("cancelorder", parameters)["cancelStatus"] as? [String: Any]
      return status?["status"] as? String
    }
    _ = try bench.send("orderType=lmt&side=buy&size=0.1&limitPrice=49000&cliOrdId=rests")
    _ = try bench.send("orderType=mkt&side=buy&size=0.1&cliOrdId=gone")
    #expect(try cancel("cliOrdId=rests") == "cancelled")
    #expect(try cancel("cliOrdId=gone") == "filled")
    #expect(try cancel("cliOrdId=never") == "notFound")
  }
}
