import Domain

// POST editorder.

extension RequestEncoder {
  /// With `ABSOLUTE` the size is the total including fills, so that doing it again changes nothing.
  func amend(_ amendment: OrderAmendment) throws(Unencodable) -> Endpoint {
    let instrument = try instrument(amendment.instrument)
    var parameters = Parameters([
      "cliOrdId": amendment.clientOrderID.text, "size": try size(amendment.quantity, instrument),
      "qtyMode": "ABSOLUTE",
    ])
    if let trigger = amendment.trigger {
      parameters.add("stopPrice", try price(trigger, instrument))
    }
    parameters.add("processBefore", text(amendment.processBefore))
    return .post("editorder", parameters)
  }
}
