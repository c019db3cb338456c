package import Domain

/// What a market file's name says: `binanceusdm_BTCUSDT_1m_2025-05.csv.gz`.
///
/// Words between underscores: the venue (has small letters), the symbol (capitals and digits, in
/// one or more words such as `PF_XBTUSD`), the kind of data with its length, then anything.
package struct MarketFileName: Hashable, Sendable {
  /// What the file holds.
  package enum Kind: Hashable, Sendable {
    case candles
    case mark
    case funding
  }

  /// What stands before the symbol, such as `binanceusdm`; nil when nothing does.
  package let venue: String?
  package let symbol: String?
  package let kind: Kind
  /// The length that is named, such as `1m`; nil when none is.
  package let length: String?
  /// The minutes at the end of a name of Kraken's own, such as `XBTUSD_60.csv`.
  package let minutes: Int64?

  /// Nil unless the last part of `path` ends in `.csv` or `.csv.gz`.
  package init?(_ path: String) {
    var name = path.split(separator: "/").last ?? ""
    if name.hasSuffix(".gz") { name = name.dropLast(3) }
    guard name.hasSuffix(".csv") else { return nil }
    let words = name.dropLast(4).split(separator: "_")
    let before = words.prefix { !Self.isSymbol($0) }
    venue = before.isEmpty ? nil : before.joined(separator: "-")
    let afterVenue = words.dropFirst(before.count)
    let symbol = afterVenue.prefix(while: Self.isSymbol)
    self.symbol = symbol.isEmpty ? nil : symbol.joined(separator: "_")
    let described = words.lazy.compactMap(Self.describe).first
    kind = described?.kind ?? .candles
    length = described?.length
    let end = words.last.map(String.init) ?? ""
    minutes = end.utf8.allSatisfy(Self.isDigit) && end.utf8.count <= 5 ? Int64(end) : nil
  }

  /// The named length as one that is known here.
  package var timeframe: Timeframe? { length.flatMap(Timeframe.init(rawValue:)) }

  private static func isSymbol(_ word: Substring) -> Bool {
    word.utf8.allSatisfy { isCapital($0) || isDigit($0) } && word.utf8.contains(where: isCapital)
  }

  /// `1m`, `mark1h`, `funding8h`; nil for another word.
  private static func describe(_ word: Substring) -> (kind: Kind, length: String)? {
    for (prefix, kind) in [("mark", Kind.mark), ("funding", .funding), ("", .candles)]
    where word.hasPrefix(prefix) {
      let length = word.dropFirst(prefix.count)
      let digits = length.dropLast()
      guard (1...4).contains(digits.utf8.count), digits.utf8.allSatisfy(isDigit),
        let unit = length.last, "mhdw".contains(unit)
      else { continue }
      return (kind, String(length))
    }
    return nil
  }

  private static func isCapital(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
