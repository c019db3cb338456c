import Domain
import Testing

@testable import Archive

@Suite("a candle file")
struct CandleFileTests {
  let folder: MarketFolder

  init() throws { folder = try MarketFolder() }

  @Test func `every digit of a line arrives as it was written`() throws {
    let path = try folder.write(
      "kraken_XBTUSD_1h.csv",
      """
      ts,open,high,low,close,volume,trades
      1735689600000,93000.1,93100,92999.99999999,93000.10,1.18e-07,3
      1735693200000,93000.1,93000.1,93000.1,93000.1,0.0,0

      """)
    let file = try CandleFile.load(path)
    #expect(file.symbol == "XBTUSD")
    #expect(file.timeframe == .oneHour)
    #expect(file.candles.count == 2)
    #expect(file.candles[0].openMilliseconds == 1_735_689_600_000)
    #expect(file.candles[0].open == ExactDecimal("93000.1"))
    #expect(file.candles[0].low.description == "92999.99999999")
    #expect(file.candles[0].close == file.candles[0].open)
    #expect(file.candles[0].volume.description == "0.000000118")
    #expect(file.candles[1].volume == .zero)
  }

  @Test(arguments: ["x_AUSD_1m.csv", "x_AUSD_1m.csv.gz"])
  func `plain text and gzip read the same`(name: String) throws {
    let lines = MarketFolder.lines(5000)
    let path =
      name.hasSuffix(".gz")
      ? try folder.compress(name, lines: lines) : try folder.write(name, lines: lines)
    let file = try CandleFile.load(path)
    #expect(file.candles.count == 5000)
    #expect(file.candles[4999].openMilliseconds == MarketFolder.newYear + 4999 * 60_000)
    #expect(file.candles[4999].open.description == "101.5")
  }

  @Test func `lines that end as Windows ends them are read`() throws {
    let text = ([MarketFolder.header] + MarketFolder.lines(3)).map { $0 + "\r\n" }.joined()
    #expect(try CandleFile.load(folder.write("AUSD_1m.csv", text)).candles.count == 3)
  }

  @Test func `a whole last line needs no end`() throws {
    let text = ([MarketFolder.header] + MarketFolder.lines(3)).joined(separator: "\n")
    #expect(try CandleFile.load(folder.write("AUSD_1m.csv", text)).candles.count == 3)
  }

  @Test func `hours without a trade may be missing`() throws {
    var lines = MarketFolder.lines(20, step: 3_600_000)
    lines.removeSubrange(5...8)
    let file = try CandleFile.load(folder.write("kraken_XBTUSD_1h.csv", lines: lines))
    #expect(file.timeframe == .oneHour)
    #expect(file.candles.count == 16)
  }

  @Test(arguments: Timeframe.allCases)
  func `the timeframe is the most common step`(timeframe: Timeframe) throws {
    let length = timeframe.milliseconds
    let lines = MarketFolder.lines(6, step: length, from: MarketFolder.newYear / length * length)
    #expect(try CandleFile.load(folder.write("AUSD.csv", lines: lines)).timeframe == timeframe)
  }

  @Test func `the timeframe of a single candle is that of the name`() throws {
    let lines = MarketFolder.lines(1)
    #expect(
      try CandleFile.load(folder.write("AUSD_15m.csv", lines: lines)).timeframe == .fifteenMinutes)
    let error = try MarketFolder.error {
      try CandleFile.load(folder.write("AUSD.csv", lines: lines))
    }
    #expect(error.reason == .timeframe)
  }

  @Test func `prices go to the nearest tick in order, volume down to lots`() throws {
    let line = "1735689600000,100.5,100.6,99.4,99.5,0.00199"
    let file = try CandleFile.load(folder.write("PF_XBTUSD_1m.csv", lines: [line]))
    let instrument = try Self.instrument(tick: "1", lot: "0.001")
    let candle = try #require(try file.candles(of: instrument).first)
    #expect(candle.open.ticks == 101)
    #expect(candle.high.ticks == 101)
    #expect(candle.low.ticks == 99)
    #expect(candle.close.ticks == 100)
    #expect(candle.volume.lots == 1)
  }

  @Test func `a bar that does not fit the instrument names its line`() throws {
    let file = try CandleFile.load(
      folder.write("PF_XBTUSD_1m.csv", lines: MarketFolder.lines(2)))
    let error = try MarketFolder.error {
      try file.candles(of: Self.instrument(tick: "1000", lot: "1"))
    }
    #expect(error.reason == .impossible)
    #expect(error.line == 2)
  }

  static func instrument(tick: String, lot: String) throws -> Instrument {
    let id = try #require(InstrumentID("PF_XBTUSD"))
    let tickSize = try #require(ExactDecimal(tick))
    let lotSize = try #require(ExactDecimal(lot))
    let margin = try #require(ExactDecimal("0.02"))
    return try #require(
      Instrument(
        id: id, tickSize: tickSize, lotSize: lotSize, maxPosition: Quantity(lots: 1),
        initialMargin: margin, makerProtectionMilliseconds: 0, tradeable: true))
  }
}
