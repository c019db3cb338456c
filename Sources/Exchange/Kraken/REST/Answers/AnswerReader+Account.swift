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
    let value = try object[member].valuation.required("flex.\(member)")
    guard let amount = ExactDecimal(mantissa: abs(value.mantissa), exponent: value.exponent),
      let bound = ExactDecimal(mantissa: 1, exponent: 11), amount < bound
    else { throw MalformedAnswer("flex.\(member) is \(value)") }
    return try Money(value, rounding: .down).required("flex.\(member)")
  }
}
