package import Domain

/// An order as a client asks for it, its texts already understood.
package struct OrderRequest: Hashable, Sendable {
  package var clientOrderID: String?
  package var instrument: InstrumentID
  package var side: Side
  package var kind: VenueOrderKind
  package var limit: Price?
  package var trigger: Price?
  package var signal: TriggerSignal
  package var trailing: PriceOffset?
  package var limitOffset: PriceOffset?
  package var quantity: Quantity
  package var reduceOnly: Bool
  package var processBefore: WallTime?

  package init(
    clientOrderID: String? = nil, instrument: InstrumentID, side: Side, kind: VenueOrderKind,
    limit: Price? = nil, trigger: Price? = nil, signal: TriggerSignal = .mark,
    trailing: PriceOffset? = nil, limitOffset: PriceOffset? = nil, quantity: Quantity,
    reduceOnly: Bool = false, processBefore: WallTime? = nil
  ) {
    self.clientOrderID = clientOrderID
    self.instrument = instrument
    self.side = side
    self.kind = kind
    self.limit = limit
    self.trigger = trigger
    self.signal = signal
    self.trailing = trailing
    self.limitOffset = limitOffset
    self.quantity = quantity
    self.reduceOnly = reduceOnly
    self.processBefore = processBefore
  }
}

/// A change of an open order; what is nil stays.
package struct EditRequest: Hashable, Sendable {
  package var order: OrderName
  package var quantity: Quantity?
  /// Whether `quantity` is that of the open part; otherwise it is the total with fills.
  package var isRelative: Bool
  package var limit: Price?
  package var trigger: Price?
  package var trailing: PriceOffset?
  package var processBefore: WallTime?

  package init(
    order: OrderName, quantity: Quantity? = nil, isRelative: Bool = true, limit: Price? = nil,
    trigger: Price? = nil, trailing: PriceOffset? = nil, processBefore: WallTime? = nil
  ) {
    self.order = order
    self.quantity = quantity
    self.isRelative = isRelative
    self.limit = limit
    self.trigger = trigger
    self.trailing = trailing
    self.processBefore = processBefore
  }
}

/// How a request names an order.
package enum OrderName: Hashable, Sendable {
  case venue(VenueOrderID)
  case client(String)
}

/// What became of a request that changes something.
package struct VenueResult: Hashable, Sendable {
  /// The venue's status word.
  package let word: String
  /// The order as it is after the request; nil when there is none to speak of.
  package let order: VenueOrder?
  /// The order as it was before an edit.
  package let old: VenueOrder?
  package let fills: [VenueFill]

  package init(
    word: String, order: VenueOrder?, old: VenueOrder? = nil, fills: [VenueFill] = []
  ) {
    self.word = word
    self.order = order
    self.old = old
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
