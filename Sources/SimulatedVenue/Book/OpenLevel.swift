import Domain

/// What of an open order the price can meet: small, so that many are looked through quickly.
struct OpenLevel: Hashable, Sendable {
  let id: VenueOrderID
  /// That of the order; quicker to compare than its id.
  let number: Int64
  let side: Side
  /// Whether the order waits for its trigger; otherwise it rests at its limit.
  let isWaiting: Bool
  /// Whether its trigger follows the price.
  let isTrailing: Bool
  /// Trigger or limit; nil when no price can meet the order.
  let price: Price?
  /// The price that meets it.
  let signal: TriggerSignal
  /// Whether it is met by a price at or below its own.
  let waitsBelow: Bool

  init(_ order: VenueOrder) {
    id = order.id
    number = order.number
    side = order.side
    isWaiting = order.isWaiting
    isTrailing = order.isWaiting && order.kind == .trailingStop
    price = order.isWaiting ? order.trigger : order.limit
    signal = order.isWaiting ? order.signal : .last
    waitsBelow =
      order.isWaiting
      ? order.side == (order.kind == .takeProfit ? .buy : .sell) : order.side == .buy
  }
}
