import Domain

// GET instruments, in public.

extension AnswerReader {
  /// The linear perpetuals; everything else is skipped and counted.
  mutating func instrumentList(_ body: JSONValue) throws(MalformedAnswer) -> [Instrument] {
    var instruments: [Instrument] = []
    for entry in try body["instruments"].list.required("instruments") {
      if let instrument = Self.linearPerpetual(entry) {
        instruments.append(instrument)
      } else {
        skip()
      }
    }
    return instruments
  }

  private static func linearPerpetual(_ entry: JSONValue) -> Instrument? {
    guard entry["type"].text == "flexible_futures",
      let id = entry["symbol"].text.flatMap(InstrumentID.init),
      id.symbol.hasPrefix("PF_"), let tickSize = entry["tickSize"].decimal,
      entry["contractSize"].decimal == ExactDecimal(mantissa: 1, exponent: 0),
      let precision = entry["contractValueTradePrecision"].integer, (-18...18).contains(precision),
      let lotSize = ExactDecimal(mantissa: 1, exponent: -Int(precision)),
      let largest = entry["maxPositionSize"].decimal, let margin = lowestMargin(entry),
      let tradeable = entry["tradeable"].flag
    else { return nil }
    let hold = entry["makerProtectionMillis"]
    // The steps alone, so that the bound can be counted in them.
    guard let steps = instrument(id, tickSize, lotSize, .zero, margin, hold, tradeable),
      let maximum = steps.quantity(largest, rounding: .down)
    else { return nil }
    let believed = min(maximum, Quantity(lots: stepBound))
    return instrument(id, tickSize, lotSize, believed, margin, hold, tradeable)
  }

  private static func instrument(
    _ id: InstrumentID, _ tickSize: ExactDecimal, _ lotSize: ExactDecimal, _ maximum: Quantity,
    _ margin: ExactDecimal, _ hold: JSONValue, _ tradeable: Bool
  ) -> Instrument? {
    guard let milliseconds = hold == .null ? 0 : hold.integer, (0...60_000).contains(milliseconds),
      let whole = ExactDecimal(mantissa: 1, exponent: 0), margin <= whole
    else { return nil }
    return Instrument(
      id: id, tickSize: tickSize, lotSize: lotSize, maxPosition: maximum, initialMargin: margin,
      makerProtectionMilliseconds: milliseconds, tradeable: tradeable)
  }

  /// The initial margin of the tier with the lowest threshold.
  private static func lowestMargin(_ entry: JSONValue) -> ExactDecimal? {
    let tiers = (entry["marginLevels"].list ?? []).compactMap { tier in
      tier[["numNonContractUnits", "contracts"]].decimal.map { (threshold: $0, tier: tier) }
    }
    return tiers.min { $0.threshold < $1.threshold }?.tier["initialMargin"].decimal
  }
}
