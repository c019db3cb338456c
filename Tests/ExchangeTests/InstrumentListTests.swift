import Domain
import Testing

@testable import Exchange

@Suite("the instrument list")
struct InstrumentListTests {
  private func judge(_ entries: [String]) -> AnswerJudge {
    let body = "{\"result\":\"success\",\"instruments\":[\(entries.joined(separator: ","))]}"
    return AnswerJudge(
      .instruments, .answered(status: 200, body: Array(body.utf8)), instruments: [:])
  }

  private func list(_ judge: AnswerJudge) throws -> [Instrument] {
    guard case .answer(.instruments(let list)) = judge.outcome else {
      Issue.record("\(judge.outcome)")
      return []
    }
    return list
  }

  private func entry(
    _ symbol: String, tick: String = "0.1", precision: String = "3", largest: String = "1000000",
    levels: String? = nil, more: String = ""
  ) -> String {
    let tiers =
      levels
      ?? #"[{"numNonContractUnits":0,"initialMargin":0.02,"maintenanceMargin":0.01}]"#
    return """
      {"symbol":"\(symbol)","type":"flexible_futures","tickSize":\(tick),"contractSize":1,\
      "contractValueTradePrecision":\(precision),"maxPositionSize":\(largest),"tradeable":true,\
      "marginLevels":\(tiers)\(more)}
      """
  }

  @Test func `tiers, hold and steps are read whole`() throws {
    let levels =
      #"[{"numNonContractUnits":2000000,"initialMargin":0.04,"maintenanceMargin":0.02},"#
      + #"{"numNonContractUnits":0,"initialMargin":0.02,"maintenanceMargin":0.01}]"#
    let judge = judge([
      entry(
        "PF_PEPEUSD", tick: "1e-10", precision: "-3", largest: "5000000999", levels: levels,
        more: #","makerProtectionMillis":20"#)
    ])
    let pepe = try #require(try list(judge).first)
    #expect(try pepe.lotSize == Sample.decimal("1000"))
    #expect(try pepe.tickSize == Sample.decimal("0.0000000001"))
    #expect(pepe.maxPosition == Quantity(lots: 5_000_000))
    #expect(pepe.makerProtectionMilliseconds == 20)
    #expect(try pepe.marginTiers.map(\.threshold) == [.zero, Sample.decimal("2000000")])
    #expect(try pepe.marginTiers.last?.maintenanceMargin == Sample.decimal("0.02"))
    #expect(try pepe.initialMargin == Sample.decimal("0.02"))
  }

  static let refusals: [(more: String, reason: String)] = [
    (#""tickSize":null"#, "no or bad tickSize"), (#""tickSize":0"#, "no or bad step"),
    (#""tickSize":-1"#, "no or bad step"), (#""tickSize":1e308"#, "no or bad tickSize"),
    (#""tickSize":"NaN""#, "no or bad tickSize"), (#""contractSize":2"#, "no or bad contractSize"),
    (#""contractValueTradePrecision":2.5"#, "no or bad contractValueTradePrecision"),
    (#""contractValueTradePrecision":-19"#, "no or bad contractValueTradePrecision"),
    (#""maxPositionSize":null"#, "no or bad maxPositionSize"),
    (#""maxPositionSize":-5"#, "no or bad maxPositionSize"),
    (#""marginLevels":null"#, "no or bad marginLevels"), (#""marginLevels":[]"#, "no marginLevels"),
    (
      #""marginLevels":[{"numNonContractUnits":0,"initialMargin":0.01,"maintenanceMargin":0.02}]"#,
      "no or bad tier of marginLevels"
    ),
    (
      #""marginLevels":[{"numNonContractUnits":0,"initialMargin":2,"maintenanceMargin":1}]"#,
      "no or bad tier of marginLevels"
    ),
    (
      #""marginLevels":[{"initialMargin":0.02,"maintenanceMargin":0.01}]"#,
      "no or bad threshold of marginLevels"
    ),
    (
      #""marginLevels":[{"contracts":0,"initialMargin":0.02,"maintenanceMargin":0.01},"#
        + #"{"contracts":0,"initialMargin":0.02,"maintenanceMargin":0.01}]"#,
      "marginLevels that fall"
    ),
    (#""tradeable":1"#, "no or bad tradeable"), (#""isExpired":"no""#, "no or bad isExpired"),
    (#""makerProtectionMillis":-1"#, "no or bad makerProtectionMillis"),
    (#""type":"futures_inverse""#, "not linear: futures_inverse"),
    (#""type":7"#, "not linear: no type"),
  ]

  @Test(arguments: refusals)
  func `an instrument that cannot be read whole is left aside with its reason`(
    _ refusal: (more: String, reason: String)
  ) throws {
    let name = try #require(refusal.more.split(separator: ":").first)
    // Everything else as it should be, and the odd member in place of the good one.
    let good = entry("PF_XBTUSD", more: #","makerProtectionMillis":0,"isExpired":false"#)
    let value = try JSONParser.parse(Array(good.utf8))
    let odd = try JSONParser.parse(Array("{\(refusal.more)}".utf8))
    guard case .object(var members) = value, case .object(let other) = odd else { return }
    members.merge(other) { _, new in new }
    #expect(other.keys.first.map { "\"\($0)\"" } == String(name))
    var reader = AnswerReader(instruments: [:])
    let body = JSONValue.object(["instruments": .array([.object(members), .null])])
    #expect(try reader.instrumentList(body) == [])
    #expect(
      reader.skipReasons == [
        "PF_XBTUSD: \(refusal.reason)", "an instrument without a symbol: not linear: no type",
      ])
  }

  @Test func `one that expired is not tradeable`() throws {
    let judge = judge([entry("PF_XBTUSD", more: #","isExpired":true"#), entry("PF_ETHUSD")])
    #expect(try list(judge).map(\.tradeable) == [true, false])
  }

  @Test func `two symbols of one name are both left aside`() throws {
    let judge = judge([entry("PF_XBTUSD"), entry("PF_ETHUSD"), entry("PF_BTCUSD")])
    #expect(try list(judge).map(\.id.symbol) == ["PF_ETHUSD"])
    #expect(judge.skipReasons == ["PF_XBTUSD: the venue lists two symbols of this name"])
    #expect(judge.spellings.count == 1)
  }

  @Test func `an order goes out under the venue's own spelling`() throws {
    let judge = judge([entry("PF_AAPLxUSD", precision: "2")])
    let apple = try #require(try list(judge).first)
    let encoder = RequestEncoder(instruments: [apple.id: apple], spellings: judge.spellings)
    let placement = try Sample.placement(symbol: "PF_AAPLXUSD")
    let text = try encoder.endpoint(.place(placement)).request.parameters
    #expect(text.contains("symbol=PF_AAPLxUSD&"))
    let candles = VenueRequest.candles(
      apple.id, .oneHour, from: MarketTime(milliseconds: 0), to: nil)
    #expect(
      try encoder.endpoint(candles).request.path == "/api/charts/v1/trade/PF_AAPLxUSD/1h")
  }

  @Test func `three hundred made-up instruments are read, exactly as they were made`() throws {
    var entries: [String] = []
    for index in 0..<300 {
      let precision = index % 9 - 4
      let tick = ExactDecimal(mantissa: Int64(index % 7 + 1), exponent: index % 15 - 11)
      entries.append(
        entry(
          "PF_T\(index)USD", tick: tick?.description ?? "", precision: "\(precision)",
          largest: "\(10_000 * (index + 1))"))
    }
    let judge = judge(entries)
    let read = try list(judge)
    #expect(read.count == 300)
    #expect(judge.skipReasons == [])
    for instrument in read {
      let number = instrument.id.symbol.dropFirst(4).dropLast(3)
      let index = try #require(Int(number))
      let precision = index % 9 - 4
      #expect(instrument.lotSize == ExactDecimal(mantissa: 1, exponent: -precision))
      #expect(
        instrument.tickSize
          == ExactDecimal(mantissa: Int64(index % 7 + 1), exponent: index % 15 - 11))
      // What a lot and a tick are in words is read back as one lot and one tick.
      for lots in [1, 7, 12_345] as [Int64] {
        let text = try #require(instrument.decimal(Quantity(lots: lots))).description
        #expect(instrument.quantity(exactly: try Sample.decimal(text)) == Quantity(lots: lots))
        let price = try #require(instrument.decimal(Price(ticks: lots))).description
        #expect(instrument.price(exactly: try Sample.decimal(price)) == Price(ticks: lots))
      }
      let largest = try #require(instrument.decimal(instrument.maxPosition))
      #expect(largest <= (try Sample.decimal("\(10_000 * (index + 1))")))
    }
  }
}
