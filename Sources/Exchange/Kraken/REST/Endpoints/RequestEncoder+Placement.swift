import Domain

// POST sendorder.

extension RequestEncoder {
  func place(_ placement: OrderPlacement) throws(Unencodable) -> Endpoint {
    let instrument = try instrument(placement.instrument)
    var parameters = Parameters([
      "orderType": Self.word(placement.type), "symbol": symbol(instrument),
      "side": placement.side.rawValue, "size": try size(placement.quantity, instrument),
    ])
    switch placement.type {
    case .immediateOrCancel(let limit), .limit(let limit), .postOnly(let limit):
      parameters.add("limitPrice", try price(limit, instrument))
    case .stop(let trigger), .takeProfit(let trigger):
      // Without a limit price the trigger becomes a market order.
      parameters.add("stopPrice", try price(trigger, instrument))
      parameters.add("triggerSignal", "mark")
    case .market: break
    }
    parameters.add("reduceOnly", placement.reduceOnly ? "true" : "false")
    parameters.add("cliOrdId", placement.clientOrderID.text)
    parameters.add("processBefore", text(placement.processBefore))
    return .post("sendorder", parameters)
  }

  private static func word(_ type: OrderType) -> String {
    switch type {
    case .immediateOrCancel: "ioc"
    case .limit: "lmt"
    case .postOnly: "post"
    case .market: "mkt"
    case .stop: "stp"
    case .takeProfit: "take_profit"
    }
  }
}
