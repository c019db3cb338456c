package import Domain
package import SimulatedVenue

/// Closed candles of one instrument and one length, oldest first, each once.
package protocol CandleSource: AnyObject {
  /// The next candle; nil when there are no more. Throws what is wrong with them.
  func next() throws -> Candle?

  /// How much of them has been read, 0 to 1.
  var fraction: Double { get }
}

/// One contract that is played, and where its prices come from.
package struct BacktestContract {
  package let contract: VenueContract
  /// Length of the candles that are played.
  package let timeframe: Timeframe
  package let candles: any CandleSource
  /// Recorded marks of the same length.
  package let marks: (any CandleSource)?
  package let funding: FundingHistory?
  /// What premium and marks are made up from where none are recorded; nil makes none up.
  package let seed: UInt64?

  package init(
    contract: VenueContract, timeframe: Timeframe, candles: any CandleSource,
    marks: (any CandleSource)? = nil, funding: FundingHistory? = nil, seed: UInt64? = nil
  ) {
    self.contract = contract
    self.timeframe = timeframe
    self.candles = candles
    self.marks = marks
    self.funding = funding
    self.seed = seed
  }
}

/// Candles that are in memory, for tests and short markets.
package final class CandleList: CandleSource {
  private let candles: [Candle]
  private var index = 0

  package init(_ candles: [Candle]) { self.candles = candles }

  package func next() -> Candle? {
    guard index < candles.count else { return nil }
    defer { index += 1 }
    return candles[index]
  }

  package var fraction: Double {
    candles.isEmpty ? 1 : Double(index) / Double(candles.count)
  }
}
