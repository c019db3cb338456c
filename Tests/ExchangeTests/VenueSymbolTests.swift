import Domain
import Testing

@testable import Exchange

@Suite("canonical names")
struct VenueSymbolTests {
  @Test(arguments: [
    ("PF_XBTUSD", "PF_XBTUSD"), ("pf_xbtusd", "PF_XBTUSD"), ("PF_BTCUSD", "PF_XBTUSD"),
    ("pi_btcusd", "PI_XBTUSD"), ("PI_XBTUSD", "PI_XBTUSD"), ("PF_AAPLxUSD", "PF_AAPLXUSD"),
    ("FI_BTCUSD_261225", "FI_XBTUSD_261225"), ("PF_BTCDOMUSD", "PF_BTCDOMUSD"),
    ("PF_WBTCUSD", "PF_WBTCUSD"), ("PF_ETHBTC", "PF_ETHBTC"), ("PF_BTCEUR", "PF_XBTEUR"),
  ])
  func `each spelling has one name`(_ symbol: String, _ name: String) {
    #expect(VenueSymbol.instrument(symbol)?.symbol == name)
    #expect(VenueSymbol.instrument(name)?.symbol == name)
  }

  @Test(arguments: [
    "", "XBTUSD", "PF_", "_XBTUSD", "PFXBTUSD", "P_XBTUSD", "PFF_XBTUSD", "P1_XBTUSD", "PF__X",
    "PF_XBT/USD", "PF_XBTUSD ", "PF_ẞBTUSD", "PF_XBTUSDXBTUSDXBTUSDXBTUSDXBTUSD", "XBT:USD",
  ])
  func `what is no contract's symbol has no name`(_ symbol: String) {
    #expect(VenueSymbol.instrument(symbol) == nil)
  }

  /// Symbols as listed in the payloads of the venue and of clients.
  private static func listed() throws -> [String] {
    let files = [
      "docs/futures-api.trading.get-instruments.success.json",
      "clients/nautilus/http_futures_instruments.json",
      "clients/nautilus/http_futures_instrument_no_fee_schedule.json",
      "clients/kraken.net/JsonResponses.FuturesExchangeData.GetSymbolsAsync.json",
    ]
    return try files.flatMap { name in
      (try SharedFiles.json(name)["instruments"].list ?? []).compactMap { $0["symbol"].text }
    }
  }

  private static let generated = (0..<300).map { index in
    let kind = ["PF", "PI", "FI", "FF"][index % 4]
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".map(String.init)
    let base = letters[index % 26] + letters[index / 26 % 26] + letters[(index * 7) % 26]
    let date = index % 4 > 1 ? "_26\(10 + index % 3)\(10 + index % 20)" : ""
    return "\(kind)_\(base)\(["USD", "EUR", "XBT"][index % 3])\(date)"
  }

  @Test(.enabled(if: SharedFiles.present, SharedFiles.missing))
  func `over every listed and 300 made-up symbols names are stable, distinct and of one kind`()
    throws
  {
    let symbols = Set(try (Self.listed() + Self.generated).map { $0.uppercased() })
    #expect(symbols.count > 290)
    var names: [InstrumentID: String] = [:]
    for symbol in symbols {
      let name = try #require(VenueSymbol.instrument(symbol), "\(symbol)")
      #expect(VenueSymbol.instrument(symbol.lowercased()) == name)
      #expect(
        VenueSymbol.instrument(symbol.replacing("XBT", with: "BTC"))?.symbol.prefix(3)
          == symbol.prefix(3))
      #expect(VenueSymbol.instrument(name.symbol) == name)
      #expect(names.updateValue(symbol, forKey: name) == nil, "\(symbol) and another are \(name)")
    }
  }
}
