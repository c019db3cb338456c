package import Domain

/// The order types this venue takes.
package enum VenueOrderKind: String, CaseIterable, Hashable, Sendable {
  case limit = "lmt"
  case postOnly = "post"
  case immediateOrCancel = "ioc"
  case fillOrKill = "fok"
  case market = "mkt"
  case stop = "stp"
  case takeProfit = "take_profit"
  case trailingStop = "trailing_stop"
  /// The venue's own closing of a position whose margin is gone; no client may ask for it.
  case liquidation

  /// Whether the order waits for a trigger before it is an order at all.
  package var isTrigger: Bool { self == .stop || self == .takeProfit || self == .trailingStop }

  /// Whether the order is executed on arrival or not at all.
  package var isImmediate: Bool {
    switch self {
    case .immediateOrCancel, .fillOrKill, .market, .liquidation: true
    case .limit, .postOnly, .stop, .takeProfit, .trailingStop: false
    }
  }
}

/// How an order stands.
package enum VenueOrderStatus: String, Hashable, Sendable {
  case open
  case filled
  case cancelled
  case rejected
}

/// The price that sets a trigger off.
package enum TriggerSignal: String, CaseIterable, Hashable, Sendable {
  case mark
  case index
  case last
}

/// A distance from a price: a share of it or an amount of the quote currency.
package enum PriceOffset: Hashable, Sendable {
  /// In millionths of the price; may be negative where a limit price hangs on a trigger.
  case millionths(Int64)
  case ticks(Int64)

  /// The distance in ticks from `price`, rounded to the nearer tick.
  package func ticks(of price: Price) -> Int64 {
    switch self {
    case .ticks(let ticks): ticks
    case .millionths(let share):
      Int64(
        clamping: Rounding.nearest.divide(Int128(price.ticks) * Int128(share), by: 1_000_000))
    }
  }
}

/// An order as the venue has it.
package struct VenueOrder: Hashable, Sendable {
  package let id: VenueOrderID
  /// Counts the orders received; the lower, the earlier.
  package let number: Int64
  /// As the client wrote it.
  package let clientOrderID: String?
  package let instrument: InstrumentID
  package let side: Side
  package let kind: VenueOrderKind
  package var limit: Price?
  package var trigger: Price?
  package let signal: TriggerSignal
  /// How far behind the best price a trailing stop's trigger stays.
  package var trailing: PriceOffset?
  /// Where a trigger's limit price lies, seen from the price that set it off.
  package let limitOffset: PriceOffset?
  /// Total, fills included.
  package var quantity: Quantity
  package var filled: Quantity
  package let reduceOnly: Bool
  package let receivedAt: WallTime
  package var updatedAt: WallTime
  package var status: VenueOrderStatus
  /// Whether a trigger has gone off and the order is in the market.
  package var isTriggered: Bool
  /// The `sendStatus` word it was answered with.
  package let word: String

  package init(
    id: VenueOrderID, number: Int64, clientOrderID: String?, instrument: InstrumentID, side: Side,
    kind: VenueOrderKind, limit: Price? = nil, trigger: Price? = nil,
    signal: TriggerSignal = .mark, trailing: PriceOffset? = nil, limitOffset: PriceOffset? = nil,
    quantity: Quantity, filled: Quantity = .zero, reduceOnly: Bool, receivedAt: WallTime,
    updatedAt: WallTime, status: VenueOrderStatus, isTriggered: Bool = false, word: String
  ) {
    self.id = id
    self.number = number
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
    self.filled = filled
    self.reduceOnly = reduceOnly
    self.receivedAt = receivedAt
    self.updatedAt = updatedAt
    self.status = status
    self.isTriggered = isTriggered
    self.word = word
  }

  package var unfilled: Quantity { quantity > filled ? quantity - filled : .zero }

  /// Whether the order waits for its trigger.
  package var isWaiting: Bool { kind.isTrigger && !isTriggered }
}
