import Domain

/// Aggregated bars that are closed and took long to add up.
///
/// Invariant: at most `bound` are held; a full cache is emptied, and fills anew with what is asked.
struct CandleCache: Hashable, Sendable {
  private static let bound = 1024
  /// Shorter ones are added up anew.
  private static let shortest = Timeframe.oneHour

  private struct Key: Hashable, Sendable {
    let price: MarketPrice
    let timeframe: Timeframe
    let openTime: MarketTime
  }

  private var bars: [Key: Bar] = [:]

  subscript(_ price: MarketPrice, _ timeframe: Timeframe, _ openTime: MarketTime) -> Bar? {
    bars[Key(price: price, timeframe: timeframe, openTime: openTime)]
  }

  mutating func insert(_ bar: Bar, _ price: MarketPrice, _ timeframe: Timeframe) {
    guard timeframe.milliseconds >= Self.shortest.milliseconds else { return }
    if bars.count >= Self.bound { bars = [:] }
    bars[Key(price: price, timeframe: timeframe, openTime: bar.openTime)] = bar
  }
}
