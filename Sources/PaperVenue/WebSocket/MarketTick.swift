import Domain
import SimulatedVenue

/// One level of the other side's orders.
struct DepthLevel: Hashable, Sendable {
  let price: Price
  let quantity: Quantity
}

/// A trade under the number its feed gave it.
struct NumberedTrade: Hashable, Sendable {
  let trade: MarketTrade
  let sequence: Int64
}

/// The market of one product at one moment, as its feeds show it.
struct MarketTick: Hashable, Sendable {
  var instrument: InstrumentID
  var time: MarketTime
  var last: Price
  var mark: Price
  var index: Price
  /// Best first.
  var bids: [DepthLevel]
  /// Best first.
  var asks: [DepthLevel]
  /// Trades since the tick before, oldest first.
  var trades: [MarketTrade] = []
  var day = DayStatistics()
  var funding = FundingTerms()
  var isSuspended = false
  var isPostOnly = false
}

/// What the last 24 hours were like.
struct DayStatistics: Hashable, Sendable {
  var volume = Quantity.zero
  var quoteVolume = Money.zero
  var open: Price?
  var high: Price?
  var low: Price?
  var openInterest = Quantity.zero
}

/// Funding of a perpetual; the rates are spelled as decimals.
struct FundingTerms: Hashable, Sendable {
  var rate = "0"
  var prediction = "0"
  var relativeRate = "0"
  var relativePrediction = "0"
  var next: MarketTime?
}
