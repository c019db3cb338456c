package import Domain

/// The order types this venue takes.
package enum VenueOrderKind: String, CaseIterable, Hashable, Sendable {
  case limit = "lmt"
  case postOnly = "post"
  case immediateOrCancel = "ioc"
  case market = "mkt"
  case stop = "stp"
  case takeProfit = "take_profit"

  /// Whether the order waits for a trigger before it is an order at all.
  package var isTrigger: Bool { self == .stop || self == .takeProfit }
}

/// How an order stands.
package enum VenueOrderStatus: String, Hashable, Sendable {
  case open
  case filled
  case cancelled
  case rejected
}

/// An order as the venue has it.
package struct VenueOrder: Hashable, Sendable {
  package let id: VenueOrderID
  /// As the client wrote it.
  package let clientOrderID: String?
  package let instrument: InstrumentID
  package let side: Side
  package let kind: VenueOrderKind
  package var limit: Price?
  package var trigger: Price?
  /// Total, fills included.
  package var quantity: Quantity
  package var filled: Quantity
  package let reduceOnly: Bool
  package let receivedAt: WallTime
  package var updatedAt: WallTime
  package var status: VenueOrderStatus
  /// The `sendStatus` word it was answered with.
  package let word: String

  package init(
    id: VenueOrderID, clientOrderID: String?, instrument: InstrumentID, side: Side,
    kind: VenueOrderKind, limit: Price?, trigger: Price?, quantity: Quantity,
    filled: Quantity = .zero, reduceOnly: Bool, receivedAt: WallTime, updatedAt: WallTime,
    status: VenueOrderStatus, word: String
  ) {
    self.id = id
    self.clientOrderID = clientOrderID
    self.instrument = instrument
    self.side = side
    self.kind = kind
    self.limit = limit
    self.trigger = trigger
    self.quantity = quantity
    self.filled = filled
    self.reduceOnly = reduceOnly
    self.receivedAt = receivedAt
    self.updatedAt = updatedAt
    self.status = status
    self.word = word
  }

  package var unfilled: Quantity { quantity > filled ? quantity - filled : .zero }
}

/// One execution of one order.
package struct VenueFill: Hashable, Sendable {
  package let id: ExecutionID
  package let order: VenueOrderID
  package let clientOrderID: String?
  package let instrument: InstrumentID
  package let side: Side
  package let quantity: Quantity
  package let price: Price
  package let time: WallTime
  package let marketTime: MarketTime
  package let isMaker: Bool
  package let fee: Money

  package init(
    id: ExecutionID, order: VenueOrderID, clientOrderID: String?, instrument: InstrumentID,
    side: Side, quantity: Quantity, price: Price, time: WallTime, marketTime: MarketTime,
    isMaker: Bool, fee: Money
  ) {
    self.id = id
    self.order = order
    self.clientOrderID = clientOrderID
    self.instrument = instrument
    self.side = side
    self.quantity = quantity
    self.price = price
    self.time = time
    self.marketTime = marketTime
    self.isMaker = isMaker
    self.fee = fee
  }
}
