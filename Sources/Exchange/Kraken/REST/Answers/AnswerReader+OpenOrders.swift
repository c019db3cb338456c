import Domain

// GET openorders.

extension AnswerReader {
  mutating func openOrders(_ body: JSONValue) throws(MalformedAnswer) -> [OpenOrder] {
    try known(body["openOrders"], "openOrders").map { entry, instrument throws(MalformedAnswer) in
      OpenOrder(
        clientOrderID: clientOrderID(entry), venueOrderID: try name(entry["order_id"], "order_id"),
        instrument: instrument.id, side: try side(entry["side"]),
        unfilled: try unfilled(entry, instrument),
        filled: try quantity(entry["filledSize"], instrument, "filledSize"),
        reduceOnly: try entry["reduceOnly"].flag.required("reduceOnly"),
        isStop: ["stop", "stp"].contains(entry["orderType"].text),
        trigger: price(entry["stopPrice"], instrument))
    }
  }

  /// Trigger orders that nothing has touched may lack it; an unknown amount protects nothing.
  private func unfilled(
    _ entry: JSONValue, _ instrument: Instrument
  ) throws(MalformedAnswer) -> Quantity {
    let value = entry[["unfilledSize", "quantity", "size"]]
    return value == .null ? .zero : try quantity(value, instrument, "unfilledSize")
  }
}
