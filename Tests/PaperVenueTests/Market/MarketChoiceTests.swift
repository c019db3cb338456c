import Archive
import Daemon
import Domain
import Foundation
import SimulatedVenue
import Testing

@testable import PaperVenue

@Suite("what the venue plays")
struct MarketChoiceTests {
  private static let market = "\(SharedFiles.folder)/market"
  private static let symbols = ["BTCUSDT": "PF_XBTUSD", "ETHUSDT": "PF_ETHUSD"]

  @Test func `without files two contracts from the generator`() throws {
    var choice = try MarketChoice.load(paths: [], symbols: [:], seed: 3)
    #expect(choice.markets.keys.map(\.symbol).sorted() == ["PF_ETHUSD", "PF_XBTUSD"])
    #expect(choice.start == GeneratedSource.present && choice.end == nil)
    for id in choice.markets.keys.sorted() {
      let start = choice.start
      let hour = start.advanced(byMilliseconds: 3_600_000)
      let points = choice.markets[id]?.points(from: start, to: hour) ?? []
      #expect(points.count > 200 && points.contains { $0.mark != $0.last })
    }
  }

  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: Self.market),
      "SKIPPED: recorded market data is not in ../shared"))
  func `marks and funding rates that lie beside the candles are followed`() throws {
    let names = [
      "binanceusdm_BTCUSDT_1h_2019-2026.csv.gz", "binanceusdm_BTCUSDT_mark1h_2019-2026.csv.gz",
      "binanceusdm_BTCUSDT_mark8h_2025.csv.gz", "binanceusdm_BTCUSDT_funding8h_2019-2026.csv.gz",
    ]
    let paths = names.map { "\(Self.market)/\($0)" }
    var choice = try MarketChoice.load(paths: paths, symbols: Self.symbols, seed: 1)
    let id = try #require(InstrumentID("PF_XBTUSD"))
    #expect(choice.markets.count == 1)
    #expect(choice.leftAside.count == 1 && choice.leftAside[0].contains("mark8h"))
    let marks = try CandleFile.load(paths[1]).candles.suffix(500)
    let instrument = try #require(choice.markets[id]).instrument
    for mark in marks {
      let time = MarketTime(milliseconds: mark.openMilliseconds)
      let point = choice.markets[id]?.point(at: time)
      #expect(point?.mark == instrument.price(mark.open, rounding: .nearest))
    }
    let rates = try FundingFile.load(paths[3]).rates.suffix(100)
    for rate in rates {
      let hour = MarketTime(milliseconds: rate.milliseconds + 3 * 3_600_000)
      let ours = choice.markets[id]?.fundingRate(at: hour)
      #expect(ours?.trillionths == FundingRate(rate.rate).trillionths / 8)
    }
  }

  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: Self.market) && SharedFiles.present,
      "SKIPPED: recorded market data is not in ../shared"))
  func `a listed contract without a file is generated over the time of the others`() throws {
    let list = "\(SharedFiles.payloads)/clients/nautilus/http_futures_instruments.json"
    let file = "\(Self.market)/binanceusdm_ETHUSDT_15m_2025-2026.csv.gz"
    var choice = try MarketChoice.load(
      paths: [file], symbols: Self.symbols, seed: 1, instruments: list)
    #expect(
      choice.markets.keys.map(\.symbol).sorted() == ["PF_AAPLXUSD", "PF_ETHUSD", "PF_PEPEUSD"])
    // The list's own terms hold, not the standard ones.
    let id = try #require(InstrumentID("PF_ETHUSD"))
    let ether = try #require(choice.markets[id])
    #expect(ether.contract.listing.isin == "GB00BQ84K502" && ether.timeframe == .fifteenMinutes)
    for id in choice.markets.keys.sorted() {
      let start = choice.start
      let price = choice.markets[id]?.price(at: start)
      #expect(price != nil, "\(id)")
    }
    let end = choice.end
    #expect(end == (ether as? InstrumentMarket)?.end)
  }

  @Test func `a file of an unknown contract says how to make it known`() throws {
    let path = "/tmp/PF_FOOUSD_1m_\(UUID().uuidString.prefix(8).lowercased()).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let text = "ts,open,high,low,close,volume\n1735689600000,1,1,1,1,1\n1735689660000,1,1,1,1,1\n"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    do {
      _ = try MarketChoice.load(paths: [path], symbols: [:], seed: 1)
      Issue.record("it was listed")
    } catch {
      #expect(error.code == .badConfiguration)
      #expect(error.message.contains("PF_FOOUSD") && error.message.contains("--instruments"))
    }
  }
}
