package import Domain

/// What a row of bars measures: whose market, which symbol, trades or mark prices.
///
/// The symbol stays as its venue spells it: `kraken/XBTUSD` is Kraken's spot market and
/// `kraken-futures/PF_XBTUSD` the perpetual, and nothing here takes one for the other.
package struct SeriesID: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// What the prices are.
  package enum Kind: String, CaseIterable, Hashable, Sendable {
    case trade
    case mark
    case funding
  }

  package let venue: String
  package let symbol: String
  package let kind: Kind

  /// The venue of our own contracts.
  package static let krakenFutures = "kraken-futures"

  /// Nil unless `venue` is 1 to 32 small letters, digits or hyphens and `symbol` 1 to 32 ASCII
  /// letters, digits or underscores.
  package init?(venue: some StringProtocol, symbol: some StringProtocol, kind: Kind = .trade) {
    guard (1...32).contains(venue.utf8.count), venue.utf8.allSatisfy(Self.isAllowed),
      let name = InstrumentID(symbol)
    else { return nil }
    self.venue = String(venue)
    self.symbol = name.symbol
    self.kind = kind
  }

  /// The trades of one of our own contracts.
  package init(_ instrument: InstrumentID, kind: Kind = .trade) {
    venue = Self.krakenFutures
    symbol = instrument.symbol
    self.kind = kind
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
  }

  package static func < (left: Self, right: Self) -> Bool {
    (left.venue, left.symbol, left.kind.rawValue) < (right.venue, right.symbol, right.kind.rawValue)
  }

  package var description: String {
    kind == .trade ? "\(venue)/\(symbol)" : "\(venue)/\(symbol) \(kind.rawValue)"
  }
}
