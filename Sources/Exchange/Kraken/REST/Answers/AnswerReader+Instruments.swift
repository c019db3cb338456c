import Domain

// GET instruments, in public.

extension AnswerReader {
  /// The linear perpetuals; everything else is skipped and counted, with its reason.
  mutating func instrumentList(_ body: JSONValue) throws(MalformedAnswer) -> [Instrument] {
    var found: [InstrumentID: Instrument] = [:]
    var twice: Set<InstrumentID> = []
    for entry in try body["instruments"].list.required("instruments") {
      let symbol = entry["symbol"].word ?? "an instrument without a symbol"
      do throws(MalformedAnswer) {
        let instrument = try Self.linearPerpetual(entry)
        if found.updateValue(instrument, forKey: instrument.id) != nil {
          twice.insert(instrument.id)
        }
        spell(instrument.id, symbol)
      } catch {
        skip("\(symbol): \(error.reason)")
      }
    }
    for id in twice.sorted() {
      // Which of the two an order would reach cannot be known.
      found[id] = nil
      spell(id, nil)
      skip("\(id): the venue lists two symbols of this name")
    }
    return found.values.sorted { $0.id < $1.id }
  }

  private static func linearPerpetual(_ entry: JSONValue) throws(MalformedAnswer) -> Instrument {
    guard entry["type"].text == "flexible_futures" else {
      throw MalformedAnswer("not linear: \(entry["type"].word ?? "no type")")
    }
    let id = try entry["symbol"].text.flatMap(VenueSymbol.instrument).required("symbol")
    guard id.symbol.hasPrefix("PF_") else { throw MalformedAnswer("not a perpetual") }
    let tickSize = try entry["tickSize"].decimal.required("tickSize")
    guard entry["contractSize"].decimal == ExactDecimal(mantissa: 1, exponent: 0) else {
      throw MalformedAnswer("no or bad contractSize")
    }
    let precision = try entry["contractValueTradePrecision"].integer
      .flatMap { (-18...18).contains($0) ? $0 : nil }.required("contractValueTradePrecision")
    let lotSize = try ExactDecimal(mantissa: 1, exponent: -Int(precision)).required("lot size")
    let largest = try entry["maxPositionSize"].decimal.required("maxPositionSize")
    let tiers = try marginTiers(entry["marginLevels"])
    let hold = entry["makerProtectionMillis"]
    let milliseconds = try (hold == .null ? 0 : hold.integer)
      .flatMap { (0...60_000).contains($0) ? $0 : nil }.required("makerProtectionMillis")
    let tradeable = try entry["tradeable"].flag.required("tradeable")
    let expired =
      try entry["isExpired"] == .null
      ? false
      : entry["isExpired"].flag
        .required("isExpired")
    func instrument(_ maximum: Quantity) throws(MalformedAnswer) -> Instrument {
      try Instrument(
        id: id, tickSize: tickSize, lotSize: lotSize, maxPosition: maximum,
        initialMargin: tiers[0].initialMargin, marginTiers: tiers,
        makerProtectionMilliseconds: milliseconds, tradeable: tradeable && !expired
      ).required("step")
    }
    // The steps alone, so that the bound can be counted in them.
    let maximum = try instrument(.zero).quantity(largest, rounding: .down)
      .required("maxPositionSize")
    return try instrument(min(maximum, Quantity(lots: stepBound)))
  }

  /// By rising threshold and with margins that do not fall; at least one.
  private static func marginTiers(_ levels: JSONValue) throws(MalformedAnswer) -> [MarginTier] {
    var tiers: [MarginTier] = []
    for level in try levels.list.required("marginLevels") {
      let threshold = try level[["numNonContractUnits", "contracts"]].decimal
        .required("threshold of marginLevels")
      let initial = try level["initialMargin"].decimal.required("initialMargin")
      let maintenance = try level["maintenanceMargin"].decimal.required("maintenanceMargin")
      tiers.append(
        try MarginTier(
          threshold: threshold, initialMargin: initial, maintenanceMargin: maintenance
        ).required("tier of marginLevels"))
    }
    tiers.sort { $0.threshold < $1.threshold }
    for (lower, upper) in zip(tiers, tiers.dropFirst()) {
      guard lower.threshold < upper.threshold, lower.initialMargin <= upper.initialMargin,
        lower.maintenanceMargin <= upper.maintenanceMargin
      else { throw MalformedAnswer("marginLevels that fall") }
    }
    guard !tiers.isEmpty else { throw MalformedAnswer("no marginLevels") }
    return tiers
  }
}
