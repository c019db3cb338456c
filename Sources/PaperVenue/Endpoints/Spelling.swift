import Domain
import SimulatedVenue

/// Our values as the venue spells them.
enum Spelling {
  static func time(_ time: WallTime) -> String { ISO8601.text(milliseconds: time.milliseconds) }

  static func price(_ price: Price, _ instrument: Instrument) -> JSON {
    .number(instrument.text(price))
  }

  static func quantity(_ quantity: Quantity, _ instrument: Instrument) -> JSON {
    .number(instrument.text(quantity))
  }

  static func money(_ money: Money) -> JSON { .number(money.description) }

  /// The order as it stands in `orderEvents` and in look-ups.
  static func order(_ order: VenueOrder, _ instrument: Instrument) -> JSON {
    .members([
      "orderId": .text(order.id.text), "cliOrdId": order.clientOrderID.map { .text($0) } ?? .null,
      "type": .text(order.kind.rawValue), "symbol": .text(order.instrument.symbol),
      "side": .text(order.side.rawValue), "quantity": quantity(order.quantity, instrument),
      "filled": quantity(order.filled, instrument),
      "limitPrice": order.limit.map { price($0, instrument) },
      "stopPrice": order.trigger.map { price($0, instrument) },
      "reduceOnly": .flag(order.reduceOnly), "timestamp": .text(time(order.receivedAt)),
      "lastUpdateTimestamp": .text(time(order.updatedAt)),
    ])
  }

  /// The order as a trigger that waits.
  static func trigger(_ order: VenueOrder, _ instrument: Instrument) -> JSON {
    .members([
      "uid": .text(order.id.text), "clientId": order.clientOrderID.map { .text($0) } ?? .null,
      "type": .text(order.kind.rawValue), "symbol": .text(order.instrument.symbol),
      "side": .text(order.side.rawValue), "quantity": quantity(order.quantity, instrument),
      "limitPrice": order.limit.map { price($0, instrument) },
      "triggerPrice": order.trigger.map { price($0, instrument) },
      "triggerSide": .text(order.side == .sell ? "trigger_below" : "trigger_above"),
      "triggerSignal": .text("mark_price"), "reduceOnly": .flag(order.reduceOnly),
      "timestamp": .text(time(order.receivedAt)),
      "lastUpdateTimestamp": .text(time(order.updatedAt)),
    ])
  }
}
