/// One execution of one order, as the venue reports it.
package struct Fill: Hashable, Sendable {
  package let id: ExecutionID
  package let instrument: InstrumentID
  package let side: Side
  package let quantity: Quantity
  /// Nil when the venue did not say; an unknown price is unknown, never 0.
  package let price: Price?
  package let time: WallTime
  package let venueOrderID: VenueOrderID
  /// Nil for an order that was not placed with a client id.
  package let clientOrderID: ClientOrderID?

  package init(
    id: ExecutionID, instrument: InstrumentID, side: Side, quantity: Quantity, price: Price?,
    time: WallTime, venueOrderID: VenueOrderID, clientOrderID: ClientOrderID?
  ) {
    self.id = id
    self.instrument = instrument
    self.side = side
    self.quantity = quantity
    self.price = price
    self.time = time
    self.venueOrderID = venueOrderID
    self.clientOrderID = clientOrderID
  }
}

/// A signed amount of one instrument: positive is long.
package struct Position: Hashable, Sendable {
  package let instrument: InstrumentID
  package let signedLots: Int64

  package init(instrument: InstrumentID, signedLots: Int64) {
    self.instrument = instrument
    self.signedLots = signedLots
  }

  package var isFlat: Bool { signedLots == 0 }
  package var quantity: Quantity { Quantity(lots: Int64(clamping: signedLots.magnitude)) }

  /// Nil when flat.
  package var direction: Direction? {
    signedLots == 0 ? nil : signedLots > 0 ? .long : .short
  }
}

/// What became of an order, as the rest of the pipeline is told (FIX 35=8).
package struct ExecutionReport: Hashable, Sendable {
  package let intent: IntentHash
  package let signal: SignalID
  package let clientOrderID: ClientOrderID
  package let role: OrderRole
  package let instrument: InstrumentID
  package let status: OrderStatus
  /// FIX 14: filled so far.
  package let cumulativeQuantity: Quantity
  /// The venue's word for a rejection, or our reason; empty when there is none.
  package let text: String

  package init(
    intent: IntentHash, signal: SignalID, clientOrderID: ClientOrderID, role: OrderRole,
    instrument: InstrumentID, status: OrderStatus, cumulativeQuantity: Quantity, text: String
  ) {
    self.intent = intent
    self.signal = signal
    self.clientOrderID = clientOrderID
    self.role = role
    self.instrument = instrument
    self.status = status
    self.cumulativeQuantity = cumulativeQuantity
    self.text = text
  }
}

/// What the pipeline may do at all.
package enum TradingState: String, CaseIterable, Hashable, Sendable {
  case active
  /// Positions may only shrink.
  case reducing
  /// Nothing leaves but protection.
  case halted
}
