import Domain

// GET leveragepreferences: instruments with isolated margin and their greatest leverage. One that
// is not listed is cross-margined, so a list that cannot be read whole says nothing of any of them.

extension AnswerReader {
  /// The most leverage that is believed.
  private static let leverageBound = ExactDecimal(mantissa: 1, exponent: 3)

  mutating func marginModes(_ body: JSONValue) throws(MalformedAnswer) -> MarginModes {
    var isolated: [InstrumentID: ExactDecimal] = [:]
    for (entry, instrument) in try known(body["leveragePreferences"], "leveragePreferences") {
      let leverage = try entry["maxLeverage"].decimal.required("maxLeverage of \(instrument.id)")
      guard leverage > .zero, let bound = Self.leverageBound, leverage <= bound else {
        throw MalformedAnswer("maxLeverage of \(instrument.id) is \(leverage)")
      }
      guard isolated.updateValue(leverage, forKey: instrument.id) == nil else {
        throw MalformedAnswer("two preferences for \(instrument.id)")
      }
    }
    return MarginModes(isolated: isolated)
  }
}
