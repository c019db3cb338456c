/// Buy or sell (FIX 54).
package enum Side: String, CaseIterable, Hashable, Sendable {
  case buy
  case sell

  package var opposite: Side { self == .buy ? .sell : .buy }

  /// +1 for a buy, −1 for a sell.
  package var sign: Int64 { self == .buy ? 1 : -1 }
}

/// How an order executes (FIX 40), with the price that belongs to it.
package enum OrderType: Hashable, Sendable {
  /// Executes at once at `limit` or better; what does not is cancelled.
  case immediateOrCancel(limit: Price)
  /// Rests at `limit` until filled or cancelled.
  case limit(Price)
  /// Executes at once at the market, within the venue's price protection.
  case market
  /// Becomes a market order when the mark price reaches `trigger` on the losing side.
  case stop(trigger: Price)
  /// Becomes a market order when the mark price reaches `trigger` on the winning side.
  case takeProfit(trigger: Price)

  /// Whether the order waits for a price and so rests at the venue.
  package var rests: Bool {
    switch self {
    case .limit, .stop, .takeProfit: true
    case .immediateOrCancel, .market: false
    }
  }
}

/// An order as it is sent: one placement is at most one order.
package struct OrderPlacement: Hashable, Sendable {
  package let clientOrderID: ClientOrderID
  package let instrument: InstrumentID
  package let side: Side
  package let quantity: Quantity
  package let type: OrderType
  /// The order may only shrink a position.
  package let reduceOnly: Bool
  /// The venue must refuse the request when it gets to it later than this.
  package let processBefore: WallTime

  package init(
    clientOrderID: ClientOrderID, instrument: InstrumentID, side: Side, quantity: Quantity,
    type: OrderType, reduceOnly: Bool, processBefore: WallTime
  ) {
    self.clientOrderID = clientOrderID
    self.instrument = instrument
    self.side = side
    self.quantity = quantity
    self.type = type
    self.reduceOnly = reduceOnly
    self.processBefore = processBefore
  }
}

/// The life of an order at the venue, as far as we know it.
///
///     sending ─► working ─► filled | cancelled
///        │  └─► rejected | notPlaced
///        └─► unknown ─► (resolve) ─► any of the above, or held
package enum OrderStatus: String, CaseIterable, Hashable, Sendable {
  /// Committed; a byte may have left, no answer is known.
  case sending
  /// Rests at the venue.
  case working
  /// No definite answer came: it may or may not exist.
  case unknown
  case filled
  /// Ended by a cancel or by its time in force, with 0 or more filled.
  case cancelled
  /// The venue said no.
  case rejected
  /// The venue's own records show that it never got there.
  case notPlaced = "not_placed"
  /// The venue's records contradict each other; only an operator can resolve it.
  case held

  package var isTerminal: Bool {
    switch self {
    case .filled, .cancelled, .rejected, .notPlaced: true
    case .sending, .working, .unknown, .held: false
    }
  }
}
