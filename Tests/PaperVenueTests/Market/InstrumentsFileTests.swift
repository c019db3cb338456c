import Daemon
import Domain
import Foundation
import SimulatedVenue
import Testing

@testable import PaperVenue

@Suite("the venue's own instrument list")
struct InstrumentsFileTests {
  private static let sound = #"""
    {"symbol": "PF_AAPLxUSD", "type": "flexible_futures", "tickSize": 0.01, "contractSize": 1,
    "tradeable": true, "impactMidSize": 250.0, "maxPositionSize": 5000.0, "marginLevels":
    [{"numNonContractUnits": 0.0, "initialMargin": 0.2, "maintenanceMargin": 0.1},
    {"numNonContractUnits": 1000.0, "initialMargin": 0.4, "maintenanceMargin": 0.2}],
    "fundingRateCoefficient": 24, "maxRelativeFundingRate": 0.0025, "isin": "US0378331005",
    "contractValueTradePrecision": 2, "postOnly": false, "mtf": true, "base": "AAPLx",
    "quote": "USD", "pair": "AAPLx:USD", "makerProtectionMillis": 20}
    """#

  private func parse(_ instruments: String) throws -> InstrumentsFile {
    try InstrumentsFile.parse(
      Data(#"{"result": "success", "instruments": [\#(instruments)]}"#.utf8), file: "list.json")
  }

  private func message(_ instruments: String) -> String {
    do {
      _ = try parse(instruments)
      return "accepted"
    } catch {
      return "\(error)"
    }
  }

  @Test func `a contract has all that the list says of it`() throws {
    let contract = try #require(try parse(Self.sound).contracts.first)
    #expect(contract.symbol == "PF_AAPLxUSD" && contract.id.symbol == "PF_AAPLXUSD")
    #expect(contract.instrument.tickSize.description == "0.01")
    #expect(contract.instrument.lotSize.description == "0.01")
    #expect(contract.instrument.maxPosition.lots == 500_000)
    #expect(contract.instrument.initialMargin.description == "0.2")
    #expect(contract.instrument.makerProtectionMilliseconds == 20)
    #expect(contract.marginLevels.map(\.initial) == [200_000, 400_000])
    #expect(contract.marginLevels[1].from == Money(micros: 1_000_000_000))
    #expect(contract.maxRelativeFundingRate == 2500 && contract.fundingRateCoefficient == 24)
    #expect(contract.listing.isin == "US0378331005" && contract.listing.isOnMTF)
    #expect(contract.listing.impactMidSize.description == "250")
  }

  @Test func `what is not traded here is left aside, each with a sentence`() throws {
    func changed(_ old: String, _ new: String) -> String {
      Self.sound.replacing(old, with: new).replacing("AAPLx", with: "B\(abs(new.hashValue))")
    }
    let file = try parse(
      [
        Self.sound, changed("flexible_futures", "futures_inverse"),
        changed(#""contractSize": 1"#, #""contractSize": 10"#),
        changed(#""quote": "USD""#, #""quote": "EUR""#),
        changed(#""mtf": true"#, #""lastTradingTime": "2026-09-30T15:00:00.000Z""#),
        changed(#""mtf": true"#, #""isExpired": true"#),
      ].joined(separator: ","))
    #expect(file.contracts.count == 1 && file.leftAside.count == 5)
    for (sentence, why) in zip(
      file.leftAside,
      ["futures_inverse is not traded", "10 units", "in EUR", "last trading day", "expired"])
    {
      #expect(sentence.hasPrefix("list.json: PF_B") && sentence.contains(why))
    }
  }

  @Test(arguments: [
    (#""tickSize": 0.01"#, #""tickSize": "wide""#, "tickSize: it is no number"),
    (#""tickSize": 0.01"#, #""tickSize": 0"#, "tickSize: 0 is not above 0"),
    (#""tickSize": 0.01"#, #""tick": 1"#, "tickSize: it is missing"),
    (#""tickSize": 0.01"#, #""tickSize": true"#, "tickSize: it is no number"),
    (#"Precision": 2"#, #"Precision": 2.5"#, "contractValueTradePrecision: 2.5"),
    (#"Precision": 2"#, #"Precision": 99"#, "contractValueTradePrecision: 99"),
    ("5000.0", "0", "maxPositionSize: 0"), ("5000.0", "1e17", "maxPositionSize: 1"),
    ("0.2,", "0.05,", "marginLevels: "), ("0.4,", "4,", "marginLevels[1].initialMargin: 4"),
    ("0.1}", "null}", "marginLevels[0].maintenanceMargin: it is no number"),
    (#"Units": 0.0"#, #"Units": 5"#, "marginLevels: the first begins at 5"),
    ("0.0025", "-1", "maxRelativeFundingRate: -1"), ("0.0025", "1", "maxRelativeFundingRate: 1"),
    (#"ient": 24"#, #"ient": 0"#, "fundingRateCoefficient: 0"),
    (#""tradeable": true"#, #""tradeable": "yes""#, "tradeable: it is neither"),
    (#""isin": "US0378331005""#, #""isin": 5"#, "isin: it is no text"),
    (#"Millis": 20"#, #"Millis": -20"#, "makerProtectionMillis: -20"),
  ])
  func `a contract that is not whole is named with its field`(
    old: String, new: String, what: String
  ) {
    #expect(Self.sound.contains(old))
    let message = message(Self.sound.replacing(old, with: new))
    #expect(message.hasPrefix("unable to list the contracts of list.json: PF_AAPLxUSD: \(what)"))
  }

  @Test func `a file that is none is named`() throws {
    #expect(message("5").contains("instrument 1: it is no object"))
    #expect(message("{}").contains("instrument 1: symbol"))
    #expect(message(#"{"symbol": "a b"}"#).contains("instrument 1: symbol"))
    #expect(message("\(Self.sound), \(Self.sound)").contains("PF_AAPLxUSD: it is listed twice"))
    #expect(message("").contains("no linear perpetual"))
    for text in ["", "{", "[]", #"{"instruments": {}}"#, "\u{0}", "[[[[[[["] {
      #expect(throws: Fatal.self) {
        try InstrumentsFile.parse(Data(text.utf8), file: "list.json")
      }
    }
    #expect(throws: Fatal.self) { try InstrumentsFile.load("/nowhere/list.json") }
  }

  @Test(arguments: 1...400 as ClosedRange<UInt64>)
  func `damaged bytes are an error or a contract, never a crash`(seed: UInt64) {
    var random = SplitMix(seed: seed)
    var bytes = Array(#"{"instruments": [\#(Self.sound)]}"#.utf8)
    let digits = Array("0123456789-.eE\"[]{}:,".utf8)
    for _ in 0..<random.whole(1...4) {
      let index = random.whole(0...bytes.count - 1)
      switch random.whole(0...3) {
      case 0: bytes[index] = UInt8(random.whole(0...255))
      case 1: bytes.remove(at: index)
      case 2: bytes.insert(digits[random.whole(0...digits.count - 1)], at: index)
      default: bytes.removeSubrange(index..<min(bytes.count, index + random.whole(1...40)))
      }
      if bytes.isEmpty { break }
    }
    do {
      let file = try InstrumentsFile.parse(Data(bytes), file: "list.json")
      #expect(!file.contracts.isEmpty)
    } catch {
      #expect(error.code == .badConfiguration)
    }
  }

  @Test(
    .enabled(if: SharedFiles.present, SharedFiles.missing),
    arguments: [
      ("docs/futures-api.trading.get-instruments.success.json", 1, 2),
      ("clients/nautilus/http_futures_instruments.json", 3, 1),
      ("clients/nautilus/http_futures_instrument_no_fee_schedule.json", 1, 0),
      ("clients/kraken.net/Endpoints.Futures.ExchangeData.GetSymbols.json", 1, 2),
    ])
  func `payloads of the real venue can be traded`(name: String, listed: Int, aside: Int) throws {
    let file = try InstrumentsFile.load("\(SharedFiles.payloads)/\(name)")
    #expect(file.contracts.count == listed && file.leftAside.count == aside)
  }

  @Test(.enabled(if: SharedFiles.present, SharedFiles.missing))
  func `what was read is printed again`() throws {
    let name = "docs/futures-api.trading.get-instruments.success.json"
    let given = try #require(
      (try SharedFiles.json(name) as? [String: Any])?["instruments"] as? [[String: Any]])
    let expected = try #require(given.first { $0["symbol"] as? String == "PF_XBTUSD" })
    var bench = try MarketAnswerBench()
    bench.markets = try MarketChoice.load(
      paths: [], symbols: [:], seed: 1, instruments: "\(SharedFiles.payloads)/\(name)"
    ).markets
    let answer = try bench.ask { MarketAnswers.instruments($0, $1) }
    let ours = try #require((answer["instruments"] as? [[String: Any]])?.first)
    #expect(ours as NSDictionary == expected as NSDictionary)
  }

  @Test func `three hundred contracts are listed and have prices`() throws {
    let path = "/tmp/il-instruments-\(UUID().uuidString).json"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let list = (0..<300).map { Self.sound.replacing("AAPLx", with: "C\($0)X") }
    try Data(#"{"instruments": [\#(list.joined(separator: ","))]}"#.utf8)
      .write(to: URL(fileURLWithPath: path))
    var choice = try MarketChoice.load(paths: [], symbols: [:], seed: 1, instruments: path)
    #expect(choice.markets.count == 300)
    var prices: Set<Int64> = []
    for id in choice.markets.keys {
      let start = choice.start
      let price = choice.markets[id]?.price(at: start)
      prices.insert(try #require(price).ticks)
      #expect(choice.contract(id)?.id == id)
    }
    #expect(prices.count > 200)
  }
}
