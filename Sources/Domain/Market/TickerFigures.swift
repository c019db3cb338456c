/// What a venue's ticker says beside its prices: index, funding, the day, whether it is traded.
package struct TickerFigures: Hashable, Sendable {
  /// What the mark is built on.
  package let index: Price
  /// What longs pay for this hour, relative to the notional; nil for a contract without funding.
  package let relativeFundingRate: ExactDecimal?
  /// The same for the next hour, were this one over now.
  package let relativeFundingPrediction: ExactDecimal?
  package let openInterest: Quantity
  package let isSuspended: Bool
  package let isPostOnly: Bool
  package let day: TickerDay
  /// What rests at the best bid and ask; nil where it was not told.
  package var bidQuantity: Quantity?
  package var askQuantity: Quantity?

  package init(
    index: Price, relativeFundingRate: ExactDecimal? = nil,
    relativeFundingPrediction: ExactDecimal? = nil, openInterest: Quantity = .zero,
    isSuspended: Bool = false, isPostOnly: Bool = false, day: TickerDay = TickerDay(),
    bidQuantity: Quantity? = nil, askQuantity: Quantity? = nil
  ) {
    self.index = index
    self.relativeFundingRate = relativeFundingRate
    self.relativeFundingPrediction = relativeFundingPrediction
    self.openInterest = openInterest
    self.isSuspended = isSuspended
    self.isPostOnly = isPostOnly
    self.day = day
    self.bidQuantity = bidQuantity
    self.askQuantity = askQuantity
  }
}

/// What a venue says of the last 24 hours of one instrument; nil where it does not.
package struct TickerDay: Hashable, Sendable {
  package var volume: Quantity
  /// In quote currency.
  package var quoteVolume: Money?
  package var open: Price?
  package var high: Price?
  package var low: Price?

  package init(
    volume: Quantity = .zero, quoteVolume: Money? = nil, open: Price? = nil, high: Price? = nil,
    low: Price? = nil
  ) {
    self.volume = volume
    self.quoteVolume = quoteVolume
    self.open = open
    self.high = high
    self.low = low
  }
}
