package import Domain

/// An order as a client asks for it, its texts already understood.
package struct OrderRequest: Hashable, Sendable {
  package var clientOrderID: String?
  package var instrument: InstrumentID
  package var side: Side
  package var kind: VenueOrderKind
  package var limit: Price?
  package var trigger: Price?
  package var quantity: Quantity
  package var reduceOnly: Bool
  package var processBefore: WallTime?

  package init(
    clientOrderID: String? = nil, instrument: InstrumentID, side: Side, kind: VenueOrderKind,
    limit: Price? = nil, trigger: Price? = nil, quantity: Quantity, reduceOnly: Bool = false,
    processBefore: WallTime? = nil
  ) {
    self.clientOrderID = clientOrderID
    self.instrument = instrument
    self.side = side
    self.kind = kind
    self.limit = limit
    self.trigger = trigger
    self.quantity = quantity
    self.reduceOnly = reduceOnly
    self.processBefore = processBefore
  }
}

/// What became of a request that changes something.
package struct VenueResult: Hashable, Sendable {
  /// The venue's status word.
  package let word: String
  /// The order as it is after the request; nil when there is none to speak of.
  package let order: VenueOrder?
  package let fills: [VenueFill]

  package init(word: String, order: VenueOrder?, fills: [VenueFill] = []) {
    self.word = word
    self.order = order
    self.fills = fills
  }
}

/// The clocks of one request.
package struct VenueTime: Hashable, Sendable {
  package let wall: WallTime
  package let market: MarketTime

  package init(wall: WallTime, market: MarketTime) {
    self.wall = wall
    self.market = market
  }
}
