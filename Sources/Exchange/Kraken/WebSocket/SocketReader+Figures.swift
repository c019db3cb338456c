import Domain

// What a ticker says beside its prices. None of it is worth refusing a price for: what is odd makes
// the figures nil, and whoever needs them has none.
extension SocketReader {
  func figures(_ message: JSONValue, _ instrument: Instrument) -> TickerFigures? {
    guard let index = answers.price(message["index"], instrument), index.ticks > 0 else {
      return nil
    }
    return TickerFigures(
      index: index, relativeFundingRate: rate(message["relative_funding_rate"]),
      relativeFundingPrediction: rate(message["relative_funding_rate_prediction"]),
      openInterest: lots(message["openInterest"], instrument) ?? .zero,
      isSuspended: message["suspended"].flag ?? false,
      isPostOnly: message["post_only"].flag ?? false,
      day: TickerDay(
        volume: lots(message["volume"], instrument) ?? .zero,
        quoteVolume: message["volumeQuote"].valuation.flatMap { Money($0, rounding: .nearest) },
        open: positive(message["open"], instrument), high: positive(message["high"], instrument),
        low: positive(message["low"], instrument)),
      bidQuantity: lots(message["bid_size"], instrument),
      askQuantity: lots(message["ask_size"], instrument))
  }

  /// A share of the notional below the whole of it, either way.
  ///
  /// A number with more digits than an exact decimal holds is cut; nothing is settled by it here.
  private func rate(_ value: JSONValue) -> ExactDecimal? {
    guard let rate = value.valuation, let whole = ExactDecimal(mantissa: 1, exponent: 0),
      let least = ExactDecimal(mantissa: -1, exponent: 0), rate < whole, rate > least
    else { return nil }
    return rate
  }

  private func positive(_ value: JSONValue, _ instrument: Instrument) -> Price? {
    answers.price(value, instrument).flatMap { $0.ticks > 0 ? $0 : nil }
  }

  private func lots(_ value: JSONValue, _ instrument: Instrument) -> Quantity? {
    value.valuation.flatMap { instrument.quantity($0, rounding: .down) }
      .flatMap { $0.lots <= AnswerReader.stepBound ? $0 : nil }
  }
}
