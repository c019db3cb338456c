/// Which of a contract's prices is meant; the words are those of the venue's charts.
package enum MarketPrice: String, CaseIterable, Hashable, Sendable {
  case trade
  case mark
  /// The index.
  case spot
}
