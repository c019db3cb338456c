package import Domain

/// The one place where the venue's spellings become canonical names and back.
///
/// The venue writes `PF_XBTUSD`, `pf_xbtusd` and, in its newer services, BTC for XBT. The kind of
/// contract, `PF_` or `PI_`, belongs to the name: two kinds on one pair are two instruments.
package enum VenueSymbol {
  private static let quotes: Set<String> = ["USD", "EUR", "GBP", "USDT", "USDC", "USDG"]

  /// Nil unless `symbol` is two letters for the kind of contract, `_`, and a name.
  package static func instrument(_ symbol: some StringProtocol) -> InstrumentID? {
    guard let upper = InstrumentID(symbol)?.symbol else { return nil }
    let parts = upper.split(separator: "_", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].utf8.count == 2, parts[0].allSatisfy(\.isLetter),
      let name = parts[1].split(separator: "_", omittingEmptySubsequences: false).first,
      !name.isEmpty
    else { return nil }
    guard name.hasPrefix("BTC"), quotes.contains(String(name.dropFirst(3))) else {
      return InstrumentID(upper)
    }
    return InstrumentID("\(parts[0])_XBT\(parts[1].dropFirst(3))")
  }
}
