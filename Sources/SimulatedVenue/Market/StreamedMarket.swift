package import Domain

/// One contract's market, bar by bar: what lies behind the newest bar is forgotten.
///
/// Path, mark, index and funding are those that `InstrumentMarket` makes of the same bars; only
/// nothing of the past is kept, so that memory does not grow with the length of a market.
package struct StreamedMarket: Sendable {
  package let contract: VenueContract
  package let timeframe: Timeframe
  private var reference: ReferencePrices
  private let funding: FundingHistory?
  private var turns: BarPoints?

  /// Without a seed, and where no mark is recorded, mark and index are the last price.
  package init(
    contract: VenueContract, timeframe: Timeframe, seed: UInt64? = nil,
    funding: FundingHistory? = nil
  ) {
    self.contract = contract
    self.timeframe = timeframe
    self.funding = funding
    reference = ReferencePrices(
      seed: seed.map { SplitMix.seed($0, of: contract.id) }, marks: nil,
      length: timeframe.milliseconds)
  }

  /// The next bar begins; `mark` is the recorded mark of the same time.
  package mutating func open(_ bar: Bar, mark: Bar?) {
    turns = reference.points(of: bar, mark: mark)
  }

  /// The prices at `time`, which is not before the newest bar; after it its last ones, nil before
  /// the first bar.
  package func point(at time: MarketTime) -> MarketPoint? { turns?.point(at: time) }

  /// The newest bar's first turning point after `time`; nil when it has none.
  package func nextTurn(after time: MarketTime) -> MarketPoint? {
    guard let turns else { return nil }
    if time < turns.open.time { return turns.open }
    if time < turns.firstExtreme.time { return turns.firstExtreme }
    if time < turns.secondExtreme.time { return turns.secondExtreme }
    return time < turns.close.time ? turns.close : nil
  }

  /// What a position pays for the hour that holds `time`; see `InstrumentMarket.fundingRate`.
  package func fundingRate(at time: MarketTime) -> FundingRate {
    let hour = Timeframe.oneHour.openTime(of: time)
    let rate =
      funding?.rate(at: hour)
      ?? reference.rate(
        hour: hour.milliseconds / 3_600_000, coefficient: contract.fundingRateCoefficient)
    return rate.bounded(millionths: contract.maxRelativeFundingRate)
  }
}
