package import Domain

extension InstrumentMarket {
  /// What a position pays for the hour that holds `time`, relative to its notional at the index
  /// price: from recorded rates when there are some for it, else the mean premium of the mark over
  /// the index in the hour before, paid over the contract's `fundingRateCoefficient` hours; bounded
  /// by the contract.
  ///
  /// It is known from the hour's first millisecond on.
  package func fundingRate(at time: MarketTime) -> FundingRate {
    let hour = Timeframe.oneHour.openTime(of: time)
    let rate =
      funding?.rate(at: hour)
      ?? reference.rate(
        hour: hour.milliseconds / 3_600_000, coefficient: contract.fundingRateCoefficient)
    return rate.bounded(millionths: contract.maxRelativeFundingRate)
  }

  /// What the next hour's rate would be if this hour ended at `time`; with recorded rates, the
  /// present rate.
  package func fundingPrediction(at time: MarketTime) -> FundingRate {
    if let funding, funding.rate(at: Timeframe.oneHour.openTime(of: time)) != nil {
      return fundingRate(at: time)
    }
    return reference.prediction(at: time, coefficient: contract.fundingRateCoefficient)
      .bounded(millionths: contract.maxRelativeFundingRate)
  }
}
