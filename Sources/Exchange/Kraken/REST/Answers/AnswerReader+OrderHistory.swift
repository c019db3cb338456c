import Domain

// GET /api/history/v3/orders: the venue's own record of what became of orders. There is no filter
// on the client id, which is called `clientId` here.

extension AnswerReader {
  /// Oldest first; a window that does not fit a page proves no absence and is refused.
  mutating func orderHistory(_ body: JSONValue) throws(MalformedAnswer) -> [OrderHistoryEvent] {
    let elements = try body["elements"].list.required("elements")
    guard elements.count < RequestEncoder.historyPage else {
      throw MalformedAnswer("\(elements.count) history events do not fit a page")
    }
    // What is said of a cancel or an edit that found no order says nothing of an order.
    let told = elements.filter { !HistoryElement($0).isWithoutOrder }
    let ours = try known(.array(told), "elements") { HistoryElement($0).order["tradeable"] }
    var events: [OrderHistoryEvent] = []
    for (entry, instrument) in ours {
      let element = HistoryElement(entry)
      let amount = element.order["filled"]
      let filled = amount == .null ? nil : try quantity(amount, instrument, "filled")
      events.append(
        OrderHistoryEvent(
          clientOrderID: clientOrderID(element.order),
          venueOrderID: try name(element.order["uid"], "order.uid"),
          state: element.state(filled: filled), filled: filled ?? .zero,
          time: try entry["timestamp"].wallTime.required("timestamp")))
    }
    // Events of one moment stay in the venue's order.
    return events.enumerated().sorted { left, right in
      (left.element.time, left.offset) < (right.element.time, right.offset)
    }.map(\.element)
  }
}

/// One element of the history: `{"uid":…,"timestamp":…,"event":{"OrderPlaced":{"order":{…}}}}`.
private struct HistoryElement {
  private let kind: String
  private let event: JSONValue
  let order: JSONValue

  init(_ element: JSONValue) {
    // The venue's spelling of the kind varies in case.
    if case .object(let members) = element["event"], members.count == 1, let one = members.first {
      kind = one.key.prefix(64).lowercased()
      event = one.value
    } else {
      kind = ""
      event = .null
    }
    order = event[["order", "newOrder"]]
  }

  var isWithoutOrder: Bool {
    order == .null && ["ordernotfound", "ordereditrejected"].contains(kind)
  }

  /// What the element proves of its order; `quantity` is what is left of it.
  func state(filled: Quantity?) -> VenueOrderState {
    let reason = event[["orderError", "reason"]].word
    switch kind {
    case "orderplaced", "orderupdated":
      guard let filled else { return .unrecognised(word: "\(kind) without an amount") }
      if filled > .zero, order["quantity"].decimal == .zero { return .filled }
      return order["status"].text == "closed" ? .cancelled : .working
    case "ordercancelled":
      return filled == nil ? .unrecognised(word: "\(kind) without an amount") : .cancelled
    case "orderrejected": return AnswerReader.rejection(reason ?? "OrderRejected")
    default: return .unrecognised(word: kind)
    }
  }
}
