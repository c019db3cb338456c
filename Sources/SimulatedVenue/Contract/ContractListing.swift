package import Domain

/// What the venue's list says of a contract beside its steps and margins; nothing is traded by it.
package struct ContractListing: Hashable, Sendable {
  /// As the venue spells it: `PF_AAPLxUSD` has a small letter.
  package let symbol: String
  package var base: String
  package var quote: String
  package var pair: String
  package var impactMidSize = ExactDecimal(mantissa: 1, exponent: 0) ?? .zero
  /// ISO 8601 text, as it was given.
  package var openingDate = "2022-01-01T00:00:00.000Z"
  package var isin: String?
  package var feeScheduleUID = standardFeeSchedule
  package var retailMarginLevels: [MarginLevel] = []
  package var category = ""
  package var tags: [String] = []
  package var isPostOnly = false
  package var isTradFi = false
  package var isOnMTF = false
  package var isExpired = false

  /// The fee schedule of a contract that names none.
  package static let standardFeeSchedule = "5b755fea-c5b0-4307-a66e-b392cd5bd931"

  /// A listing that follows from the symbol alone: `PF_XBTUSD` is XBT in USD.
  package init(symbol: String) {
    self.symbol = symbol
    let name = symbol.split(separator: "_").last.map(String.init) ?? symbol
    base = name.utf8.count > 3 ? String(name.dropLast(3)) : name
    quote = name.utf8.count > 3 ? String(name.suffix(3)) : "USD"
    pair = "\(base):\(quote)"
  }
}
