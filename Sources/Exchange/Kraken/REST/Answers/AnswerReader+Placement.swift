import Domain

// POST sendorder.

extension AnswerReader {
  /// Decides on the status word and the executions; the HTTP status has no part in it.
  func placement(
    _ placement: OrderPlacement, _ body: JSONValue
  ) throws(MalformedAnswer) -> VenueOutcome {
    let status = body["sendStatus"]
    let word = try status["status"].word.required("sendStatus.status")
    guard isOurs(status, placement.clientOrderID) else {
      throw MalformedAnswer("answer to another order")
    }
    let events = try events(status)
    let fills = try executions(
      placement, status, events, serverTime: body["serverTime"].wallTime)
    if fills.isEmpty, PlacementWord.rejected.contains(word) {
      // An event of a kind not known here may be an execution.
      let harmless = events.allSatisfy { Self.harmlessEvents.contains($0["type"].text ?? "") }
      return harmless ? .refused(word: word) : .ambiguous(why: "\(word) with an unknown event")
    }
    guard PlacementWord.placed.contains(word) || !fills.isEmpty else {
      return .ambiguous(why: word)
    }
    let filled = fills.reduce(Quantity.zero) { $0 + $1.quantity }
    let alive = word == "placed" || word == "partiallyFilled"
    return .answer(
      .placed(
        PlacementAnswer(
          venueOrderID: try venueOrderID(status),
          rests: alive && placement.type.rests && filled < placement.quantity, fills: fills,
          word: word)))
  }

  /// Kinds of order events in which nothing is executed.
  private static let harmlessEvents: Set<String> = ["PLACE", "CANCEL", "EDIT", "REJECT"]

  private func events(_ status: JSONValue) throws(MalformedAnswer) -> [JSONValue] {
    status["orderEvents"] == .null ? [] : try status["orderEvents"].list.required("orderEvents")
  }

  /// The executions among the order events; one that cannot be read makes the answer unreadable.
  private func executions(
    _ placement: OrderPlacement, _ status: JSONValue, _ events: [JSONValue], serverTime: WallTime?
  ) throws(MalformedAnswer) -> [Fill] {
    var fills: [Fill] = []
    var left = placement.quantity
    let instrument = try instrument(placement.instrument)
    for event in events where event["type"].text == "EXECUTION" {
      let order = event["orderPriorExecution"]
      guard isOurs(order, placement.clientOrderID),
        InstrumentID(order["symbol"].text ?? instrument.id.symbol) == instrument.id
      else { throw MalformedAnswer("execution of another order") }
      let time = status["receivedTime"].wallTime ?? serverTime
      let amount = try quantity(event["amount"], instrument, "amount")
      guard amount <= left else { throw MalformedAnswer("more executed than ordered") }
      left = left - amount
      fills.append(
        Fill(
          id: try name(event["executionId"], "executionId"), instrument: instrument.id,
          side: placement.side, quantity: amount,
          price: price(event["price"], instrument), time: try time.required("receivedTime"),
          venueOrderID: try venueOrderID(status), clientOrderID: placement.clientOrderID))
    }
    return fills
  }

  /// The order's id as the status has it, or as its events have it.
  private func venueOrderID(_ status: JSONValue) throws(MalformedAnswer) -> VenueOrderID {
    let events = status["orderEvents"].list ?? []
    let inEvents = events.lazy.map { event in
      [
        event["order"]["orderId"], event["orderTrigger"]["uid"],
        event["orderPriorExecution"]["orderId"],
      ].first { $0 != .null } ?? .null
    }.first { $0 != .null }
    let id = status[["order_id", "orderId"]]
    return try name(id == .null ? inEvents ?? .null : id, "order_id")
  }

  /// Whether an object that may carry a client id carries none or this one.
  func isOurs(_ object: JSONValue, _ id: ClientOrderID) -> Bool {
    guard let text = object[["cliOrdId", "cli_ord_id", "clientId"]].text else { return true }
    return text == id.text
  }
}
