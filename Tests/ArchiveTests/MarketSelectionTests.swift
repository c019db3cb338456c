import Domain
import Foundation
import Testing

@testable import Archive

@Suite("what is played of the files and folders that were given")
struct MarketSelectionTests {
  let folder: MarketFolder

  init() throws { folder = try MarketFolder() }

  private func choose(_ paths: [String]) throws -> MarketSelection {
    try MarketSelection.choose(paths: paths, symbols: SharedMarket.symbols)
  }

  private func names(_ selection: MarketSelection) -> [String] {
    selection.files.map { "\($0.instrument)=\($0.path.split(separator: "/").last ?? "")" }
  }

  @Test func `of a folder the finest candle file per instrument, the rest named once`() throws {
    try folder.write("a_BTCUSDT_15m.csv", lines: MarketFolder.lines(9, step: 900_000))
    try folder.write("a_BTCUSDT_1m.csv", lines: MarketFolder.lines(9))
    try folder.write("a_BTCUSDT_mark1h.csv", lines: MarketFolder.lines(9, step: 3_600_000))
    try folder.write("a_BTCUSDT_funding8h.csv", "ts,funding_rate\n1735689600000,0.0001\n")
    try folder.write("a_XRPUSDT_funding8h.csv", "ts,funding_rate\n1735689600000,0.0001\n")
    try folder.write("a_ETHUSDT_mark1h.csv", lines: MarketFolder.lines(9, step: 3_600_000))
    try folder.write("a_ETHUSDT_mark1h_2.csv", lines: MarketFolder.lines(8, step: 3_600_000))
    try folder.write("a_ETHUSDT_mark8h.csv", lines: MarketFolder.lines(9, step: 28_800_000))
    try folder.write("b_XBTUSD_1h.csv", lines: MarketFolder.lines(9, step: 3_600_000))
    try folder.write("a_ETHUSDT_1h.csv", lines: MarketFolder.lines(9, step: 3_600_000))
    try folder.write("a_SOLUSDT_8h.csv", lines: MarketFolder.lines(9, step: 28_800_000))
    try folder.write("a_FOOUSD_1m.csv", lines: MarketFolder.lines(9))
    try folder.write("PF_LTCUSD_1m.csv", lines: MarketFolder.lines(9))
    try folder.write("README.md", "words")
    try folder.write(".hidden.csv", "words")
    try FileManager.default.createDirectory(
      atPath: folder.path + "/below", withIntermediateDirectories: false)

    let selection = try choose([folder.path])
    #expect(
      names(selection) == [
        "PF_ETHUSD=a_ETHUSDT_1h.csv", "PF_LTCUSD=PF_LTCUSD_1m.csv", "PF_XBTUSD=a_BTCUSDT_1m.csv",
      ])
    let aside = selection.leftAside.sorted()
    let expected = [
      ("README.md", "not that of a candle file"), ("a_BTCUSDT_15m.csv", "is played from"),
      ("a_BTCUSDT_mark1h.csv", "its mark prices are not of 1m"),
      ("a_ETHUSDT_mark1h_2.csv", "the mark of PF_ETHUSD is played from"),
      ("a_ETHUSDT_mark8h.csv", "bars of 8h"),
      ("a_FOOUSD_1m.csv", "no instrument is mapped to FOOUSD"),
      ("a_SOLUSDT_8h.csv", "bars of 8h"),
      ("a_XRPUSDT_funding8h.csv", "no candles of PF_XRPUSD beside it"),
      ("b_XBTUSD_1h.csv", "is played from"),
    ]
    #expect(aside.count == expected.count)
    #expect(
      selection.marks.map { "\($0.key)=\($0.value)" } == [
        "PF_ETHUSD=\(folder.path)/a_ETHUSDT_mark1h.csv"
      ])
    #expect(
      selection.funding.map { "\($0.key)=\($0.value)" } == [
        "PF_XBTUSD=\(folder.path)/a_BTCUSDT_funding8h.csv"
      ])
    for (line, (name, why)) in zip(aside, expected) {
      #expect(line.hasPrefix("\(folder.path)/\(name): left aside, "))
      #expect(line.contains(why))
    }
  }

  @Test func `of equally fine files the longer one, then the more recent one`() throws {
    let short = try folder.write("a_BTCUSDT_1m_1.csv", lines: MarketFolder.lines(5))
    let long = try folder.write("a_BTCUSDT_1m_2.csv", lines: MarketFolder.lines(6))
    #expect(try choose([short, long]).files.map(\.path) == [long])
    #expect(try choose([long, short]).files.map(\.path) == [long])
    let recent = try folder.write(
      "a_BTCUSDT_1m_3.csv", lines: Array(MarketFolder.lines(7).dropFirst()))
    #expect(try choose([long, recent]).files.map(\.path) == [recent])
    #expect(try choose([recent, long]).files.map(\.path) == [recent])
  }

  @Test func `a file without a length in its name is read for it`() throws {
    let fine = try folder.write("XBTUSD.csv", lines: MarketFolder.lines(5))
    let coarse = try folder.write("XBTUSD_5m.csv", lines: MarketFolder.lines(5, step: 300_000))
    #expect(try choose([coarse, fine]).files.map(\.path) == [fine])
  }

  @Test func `a file given twice, by folder and by name, is met once`() throws {
    let path = try folder.write("XBTUSD_1m.csv", lines: MarketFolder.lines(5))
    let selection = try choose([path, folder.path, folder.path + "/./XBTUSD_1m.csv"])
    #expect(selection.files.map(\.path) == [path])
    #expect(selection.leftAside.isEmpty)
  }

  @Test func `a path that leads nowhere is missing`() throws {
    let error = try MarketFolder.error { try choose([folder.path + "/none"]) }
    #expect(error.reason == .missing)
    #expect(error.description.contains("--market"))
  }

  @Test func `a folder without a candle file is refused, beside others too`() throws {
    let good = try folder.write("XBTUSD_1m.csv", lines: MarketFolder.lines(5))
    let other = try MarketFolder()
    #expect(try MarketFolder.error { try choose([good, other.path]) }.reason == .noCandles)
    try other.write("a_FOOUSD_1m.csv", lines: MarketFolder.lines(5))
    #expect(try MarketFolder.error { try choose([other.path]) }.reason == .noCandles)
  }

  @Test func `a named file of an unmapped symbol is refused with the key to set`() throws {
    let path = try folder.write("a_FOOUSD_1m.csv", lines: MarketFolder.lines(5))
    let error = try MarketFolder.error { try choose([path]) }
    #expect(error.reason == .symbol)
    #expect(error.description.contains("add FOOUSD under venue.symbols"))
  }

  @Test func `mark prices alone are nothing to play`() throws {
    let path = try folder.write(
      "a_BTCUSDT_mark1h.csv", lines: MarketFolder.lines(5, step: 3_600_000))
    #expect(try MarketFolder.error { try choose([path]) }.reason == .noCandles)
    #expect(try MarketFolder.error { try choose([]) }.reason == .noCandles)
  }
}

@Suite(
  "the recorded market files", .enabled(if: SharedMarket.folder != nil, SharedMarket.missing))
struct RecordedMarketTests {
  @Test func `of the folder four one-minute files are played`() throws {
    let folder = try #require(SharedMarket.folder)
    let selection = try MarketSelection.choose(paths: [folder], symbols: SharedMarket.symbols)
    #expect(
      selection.files.map { "\($0.instrument)" } == [
        "PF_ETHUSD", "PF_SOLUSD", "PF_XBTUSD", "PF_XRPUSD",
      ])
    #expect(selection.files.allSatisfy { $0.path.contains("USDT_1m_2025-05.csv.gz") })
    let count = try FileManager.default.contentsOfDirectory(atPath: folder).count
    // No marks of one minute are there; the longer of two files of funding rates is taken.
    #expect(selection.marks.isEmpty)
    #expect(selection.funding.values.allSatisfy { $0.contains("funding8h_2019-2026") })
    #expect(selection.funding.count == 2)
    #expect(selection.leftAside.count == count - 6)
  }

  @Test(arguments: [
    ("binanceusdm_BTCUSDT_1m_2025-05.csv.gz", Timeframe.oneMinute, 43_199),
    ("binanceusdm_XRPUSDT_1m_2025-05.csv.gz", .oneMinute, 43_199),
    ("binanceusdm_ETHUSDT_15m_2025-2026.csv.gz", .fifteenMinutes, 26_244),
    ("kraken_XBTUSD_1h.csv.gz", .oneHour, 70_253),
  ])
  func `loads whole`(name: String, timeframe: Timeframe, count: Int) throws {
    let folder = try #require(SharedMarket.folder)
    let file = try CandleFile.load(folder + "/" + name)
    #expect(file.timeframe == timeframe)
    #expect(file.candles.count == count)
  }

  @Test func `funding rates are no candles`() throws {
    let folder = try #require(SharedMarket.folder)
    let error = try MarketFolder.error {
      try CandleFile.load(folder + "/binanceusdm_BTCUSDT_funding8h_2025.csv.gz")
    }
    #expect(error.reason == .header)
  }
}
