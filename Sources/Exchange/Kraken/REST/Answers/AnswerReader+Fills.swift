import Domain

// GET fills: the last 100 of the account, newest first. `fill_id` here is `executionId` in the
// answer to a placement.

extension AnswerReader {
  mutating func fills(_ body: JSONValue) throws(MalformedAnswer) -> [Fill] {
    try known(body["fills"], "fills").map { entry, instrument throws(MalformedAnswer) in
      Fill(
        id: try name(entry["fill_id"], "fill_id"), instrument: instrument.id,
        side: try side(entry["side"]), quantity: try quantity(entry["size"], instrument, "size"),
        price: price(entry["price"], instrument),
        time: try entry["fillTime"].wallTime.required("fillTime"),
        venueOrderID: try name(entry["order_id"], "order_id"), clientOrderID: clientOrderID(entry))
    }
  }
}
