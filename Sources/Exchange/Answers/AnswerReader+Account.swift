import Domain

// GET accounts: the multi-collateral wallet `flex` is the one that linear perpetuals use.

extension AnswerReader {
  func account(_ body: JSONValue) throws(MalformedAnswer) -> AccountSnapshot {
    let flex = body["accounts"]["flex"]
    return AccountSnapshot(
      equity: try money(flex, "portfolioValue"),
      availableMargin: try money(flex, "availableMargin"),
      time: try body["serverTime"].wallTime.required("serverTime"))
  }

  private func money(_ object: JSONValue, _ member: String) throws(MalformedAnswer) -> Money {
    try object[member].valuation.flatMap { Money($0, rounding: .down) }.required("flex.\(member)")
  }
}
