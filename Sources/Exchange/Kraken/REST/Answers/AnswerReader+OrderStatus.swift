import Domain

// POST orders/status: orders that are open, or ended within the last 5 seconds. An id that the
// venue does not know is simply missing from the answer.

extension AnswerReader {
  mutating func orderStatus(
    _ ids: [ClientOrderID], _ body: JSONValue
  ) throws(MalformedAnswer) -> [VenueOrderReport] {
    var reports: [VenueOrderReport] = []
    for (entry, instrument) in try known(
      body["orders"], "orders", symbol: { $0["order"]["symbol"] })
    {
      let order = entry["order"]
      guard let id = clientOrderID(order), ids.contains(id) else {
        skip()
        continue
      }
      reports.append(
        VenueOrderReport(
          clientOrderID: id,
          venueOrderID: try name(order[["orderId", "order_id", "uid"]], "orderId"),
          status: Self.state(entry), filled: try filled(order, instrument)))
    }
    return reports
  }

  /// A trigger that waits has filled nothing and may not say so.
  private func filled(
    _ order: JSONValue, _ instrument: Instrument
  ) throws(MalformedAnswer) -> Quantity {
    let waits = order["type"].text == "TRIGGER_ORDER" && order["filled"] == .null
    return waits ? .zero : try quantity(order["filled"], instrument, "filled")
  }

  private static func state(_ entry: JSONValue) -> VenueOrderState {
    let error = entry[["error", "updateReason"]].word
    switch entry["status"].word {
    case "ENTERED_BOOK", "TRIGGER_PLACED": return .working
    case "FULLY_EXECUTED": return .filled
    case "CANCELLED": return .cancelled
    case "REJECTED": return rejection(error ?? "REJECTED")
    case "TRIGGER_ACTIVATION_FAILURE": return .rejected(word: error ?? "TRIGGER_ACTIVATION_FAILURE")
    case let word: return .unrecognised(word: word ?? "no status")
    }
  }

  /// A rejection because the id is in use is one of a second order: the first may well exist.
  static func rejection(_ word: String) -> VenueOrderState {
    let letters = word.lowercased().filter(\.isLetter)
    return letters.hasPrefix("clientorderidinuse") || letters.hasPrefix("clientorderidalreadyexist")
      ? .unrecognised(word: word) : .rejected(word: word)
  }
}
