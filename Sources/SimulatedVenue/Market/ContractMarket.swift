package import Domain

/// One contract's market as the venue needs it: prices, the way to them, trades, candles, funding.
///
/// `InstrumentMarket` plays one out of base bars; another may be heard from elsewhere. What is
/// asked of a moment is never about the time after it.
package protocol ContractMarket: Sendable {
  var contract: VenueContract { get }
  /// The shortest candles there are.
  var timeframe: Timeframe { get }
  /// Nothing is known of what was before.
  var start: MarketTime { get }
  /// Why its prices are not those of now; nil while they are. At the prices of one that is closed
  /// nothing is traded, and no feed tells them.
  var closedBecause: String? { get }
  /// The orders of others; nil when the depth is made up around the last price.
  var offers: MarketOffers? { mutating get }

  /// Takes in what was heard of it elsewhere at `arrival`, which grows.
  mutating func hear(_ event: StreamEvent, at arrival: MarketTime)

  /// The prices at `time`; nil when there are none yet.
  mutating func point(at time: MarketTime) -> MarketPoint?

  /// Every turning point in (from, to], and the prices at `to` as the last point.
  ///
  /// Between two points each price moved in a straight line; points at most one millisecond apart
  /// are a jump, between which nothing was traded.
  mutating func points(from: MarketTime, to: MarketTime) -> [MarketPoint]

  /// Candles that open in `from...to`, oldest first, as far as `now` shows them; none when they are
  /// kept elsewhere.
  mutating func candles(
    _ timeframe: Timeframe, of price: MarketPrice, from: MarketTime, to: MarketTime,
    now: MarketTime
  ) -> [Candle]

  /// How many candles of `timeframe` an answer certainly has room for.
  func room(_ timeframe: Timeframe) -> Int64

  /// The trades made in (from, to], oldest first, the oldest `limit` of them.
  mutating func trades(from: MarketTime, to: MarketTime, limit: Int) -> [MarketTrade]

  /// The newest `count` trades made before `time`, newest first.
  mutating func trades(newest count: Int, before time: MarketTime) -> [MarketTrade]

  /// The trades that became known in (from, to], in their order, whenever they were made.
  mutating func news(from: MarketTime, to: MarketTime) -> [MarketTrade]

  /// What a position pays for the hour that holds `time`, relative to its notional.
  func fundingRate(at time: MarketTime) -> FundingRate

  /// What the next hour's rate would be if this hour ended at `time`.
  func fundingPrediction(at time: MarketTime) -> FundingRate

  /// Whether an hour's rate is known from its first moment on.
  var knowsRatesAhead: Bool { get }

  /// What the 24 hours before `now` were like; nil when that is not known.
  mutating func dayFigures(at now: MarketTime) -> DayFigures?

  /// Contracts that are held in sum.
  mutating func openInterest(at now: MarketTime) -> Quantity
}

extension ContractMarket {
  package var instrument: Instrument { contract.instrument }
  package var isOpen: Bool { closedBecause == nil }

  /// The last price at `time`.
  package mutating func price(at time: MarketTime) -> Price? { point(at: time)?.last }
}

extension InstrumentMarket: ContractMarket {
  package var closedBecause: String? { nil }
  package var offers: MarketOffers? { nil }
  package var knowsRatesAhead: Bool { true }

  /// It follows from its bars alone.
  package mutating func hear(_ event: StreamEvent, at arrival: MarketTime) {}

  package mutating func news(from: MarketTime, to: MarketTime) -> [MarketTrade] {
    trades(from: from, to: to)
  }
}
