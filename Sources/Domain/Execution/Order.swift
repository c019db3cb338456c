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
  /// Rests at the price, or is refused if it would execute at once.
  case postOnly(Price)
  /// Executes at once at the market, within the venue's price protection.
  case market
  /// Becomes a market order when the mark price reaches `trigger` on the losing side.
  case stop(trigger: Price)
  /// Becomes a market order when the mark price reaches `trigger` on the winning side.
  case takeProfit(trigger: Price)

  /// Whether the order waits for a price and so rests at the venue.
  package var rests: Bool {
    switch self {
    case .limit, .postOnly, .stop, .takeProfit: true
    case .immediateOrCancel, .market: false
    }
  }

  /// Whether the order waits, outside the order book, for the mark to reach its trigger.
  package var isTrigger: Bool {
    switch self {
    case .stop, .takeProfit: true
    case .immediateOrCancel, .limit, .postOnly, .market: false
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

extension OrderPlacement {
  /// Whether a kill keeps it from leaving: everything but stops and closes at market.
  package var stopsForKill: Bool {
    switch type {
    case .stop: !reduceOnly
    case .market: !reduceOnly
    case .immediateOrCancel, .limit, .postOnly, .takeProfit: true
    }
  }
}

/// The life of an order at the venue, as far as we know it.
///
///     sending ─► working ─► filled | cancelled
///        │  ├─► rejected | notPlaced
///        │  └─► denied   (a layer of ours said no, and no byte has left)
///        └─► unknown ─► (resolve) ─► any of the above but denied, or held
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
  /// We withdrew it before its first byte.
  case denied
  /// The venue's records contradict each other; only an operator can resolve it.
  case held

  package var isTerminal: Bool {
    switch self {
    case .filled, .cancelled, .rejected, .notPlaced, .denied: true
    case .sending, .working, .unknown, .held: false
    }
  }
}

/// A change of a resting order in place; all numbers are totals, so that doing it again is
/// harmless.
package struct OrderAmendment: Hashable, Sendable {
  package let clientOrderID: ClientOrderID
  package let instrument: InstrumentID
  /// Fills included.
  package let quantity: Quantity
  /// Of a trigger order; nil leaves it where it is.
  package let trigger: Price?
  package let processBefore: WallTime

  package init(
    clientOrderID: ClientOrderID, instrument: InstrumentID, quantity: Quantity, trigger: Price?,
    processBefore: WallTime
  ) {
    self.clientOrderID = clientOrderID
    self.instrument = instrument
    self.quantity = quantity
    self.trigger = trigger
    self.processBefore = processBefore
  }
}
