/// The venue's own id of one trade of the market.
package struct TradeID: Name {
  package let text: String
  package init(unchecked text: String) { self.text = text }
}

/// How a trade came about.
package enum TradeKind: String, CaseIterable, Hashable, Sendable {
  case fill
  case liquidation
  case assignment
  case termination
  case block

  /// Whether it made a price in the order book, and so belongs to a candle.
  package var isOfTheBook: Bool { self == .fill || self == .liquidation }
}

/// One trade of the market, between whomever.
package struct Trade: Hashable, Sendable {
  package let id: TradeID
  package let instrument: InstrumentID
  package let time: MarketTime
  package let price: Price
  package let quantity: Quantity
  /// The side of whoever did not wait.
  package let taker: Side
  package let kind: TradeKind

  package init(
    id: TradeID, instrument: InstrumentID, time: MarketTime, price: Price, quantity: Quantity,
    taker: Side, kind: TradeKind = .fill
  ) {
    self.id = id
    self.instrument = instrument
    self.time = time
    self.price = price
    self.quantity = quantity
    self.taker = taker
    self.kind = kind
  }
}
