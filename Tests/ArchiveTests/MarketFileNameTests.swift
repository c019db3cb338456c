import Domain
import Testing

@testable import Archive

@Suite("a market file's name")
struct MarketFileNameTests {
  @Test(arguments: [
    ("binanceusdm_BTCUSDT_1m_2025-05.csv.gz", "BTCUSDT", MarketFileName.Kind.candles, "1m"),
    ("/data/market/kraken_XBTUSD_1h.csv.gz", "XBTUSD", .candles, "1h"),
    ("PF_XBTUSD_1m.csv", "PF_XBTUSD", .candles, "1m"),
    ("kraken_PF_XBTUSD_15m_2025.csv", "PF_XBTUSD", .candles, "15m"),
    ("binanceusdm_BTCUSDT_mark1h_2019-2026.csv.gz", "BTCUSDT", .mark, "1h"),
    ("binanceusdm_SOLUSDT_mark8h_2025.csv.gz", "SOLUSDT", .mark, "8h"),
    ("binanceusdm_ETHUSDT_funding8h_2025.csv.gz", "ETHUSDT", .funding, "8h"),
    ("1INCHUSD_5m.csv", "1INCHUSD", .candles, "5m"),
  ])
  func `says symbol, kind and length`(
    name: String, symbol: String, kind: MarketFileName.Kind, length: String
  ) {
    let read = MarketFileName(name)
    #expect(read?.symbol == symbol)
    #expect(read?.kind == kind)
    #expect(read?.length == length)
  }

  @Test func `without a length it has none, without capitals no symbol`() {
    #expect(MarketFileName("XBTUSD.csv")?.length == nil)
    #expect(MarketFileName("XBTUSD_2025-05.csv")?.symbol == "XBTUSD")
    #expect(MarketFileName("candles_1m.csv")?.symbol == nil)
    #expect(MarketFileName("2025.csv")?.symbol == nil)
  }

  @Test(arguments: ["README.md", "XBTUSD_1m.txt", "XBTUSD_1m.gz", "XBTUSD_1m.csv.zip", "", "/"])
  func `other names are none`(name: String) {
    #expect(MarketFileName(name) == nil)
  }
}
