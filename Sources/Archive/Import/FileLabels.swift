/// What an operator says of a file where its name does not, or says it wrongly.
package struct FileLabels: Hashable, Sendable {
  package var venue: String?
  package var symbol: String?
  package var length: BarLength?

  package init(venue: String? = nil, symbol: String? = nil, length: BarLength? = nil) {
    self.venue = venue
    self.symbol = symbol
    self.length = length
  }

  /// The venue of a file that names none.
  static let unnamedVenue = "local"

  /// The series of `path`; `isKrakens` when its layout is that of Kraken's download.
  func series(
    of path: String, _ name: MarketFileName?, isKrakens: Bool = false
  ) throws(ArchiveError) -> SeriesID {
    guard let symbol = symbol ?? name?.symbol else {
      throw ArchiveError(
        .symbol, path, "its name holds no symbol",
        remedy: "name it like venue_SYMBOL_1m.csv.gz or XBTUSD_60.csv, or give --symbol")
    }
    let venue = venue ?? name?.venue ?? (isKrakens ? "kraken" : Self.unnamedVenue)
    let kind: SeriesID.Kind =
      switch name?.kind {
      case .mark: .mark
      case .funding: .funding
      case .candles, nil: .trade
      }
    guard let series = SeriesID(venue: venue, symbol: symbol, kind: kind) else {
      throw ArchiveError(
        .symbol, path, "\"\(venue)\" and \"\(symbol)\" are no venue and symbol",
        remedy: "give --venue in small letters and --symbol in letters and digits")
    }
    return series
  }

  /// The length that is given or named; nil when neither.
  func length(_ name: MarketFileName?, isKrakens: Bool) -> BarLength? {
    if let length { return length }
    if let named = name?.length { return BarLength(named) }
    guard isKrakens, let minutes = name?.minutes else { return nil }
    return BarLength(milliseconds: minutes * 60_000)
  }
}
