import Domain

/// The newest range of an instrument over its usual one, for sizes that scale by it.
///
/// Both are means of true ranges over closed candles: of the last 14, and of the last 100. Less
/// than that is not known.
struct RangeFold: Hashable, Sendable {
  private static let few = 14
  private static let many = 100

  private var timeframe: Timeframe
  private var close: Int64
  private var openTime: MarketTime
  /// Oldest first.
  private var ranges: [Int64] = []

  init(_ candle: Candle) {
    timeframe = candle.timeframe
    close = candle.close.ticks
    openTime = candle.openTime
  }

  mutating func take(_ candle: Candle) {
    guard candle.timeframe == timeframe, candle.openTime > openTime else { return }
    let high = max(candle.high.ticks, close)
    let low = min(candle.low.ticks, close)
    ranges.append(max(0, high - low))
    if ranges.count > Self.many { ranges.removeFirst() }
    close = candle.close.ticks
    openTime = candle.openTime
  }

  /// Newest over usual, as a share of one; nil until it is known.
  var ratio: Int64? {
    guard ranges.count == Self.many else { return nil }
    let recent = ranges.suffix(Self.few).reduce(Int64(0)) { Share.sum($0, $1) }
    let usual = ranges.reduce(Int64(0)) { Share.sum($0, $1) }
    let left = Int128(recent) * Int128(Self.many)
    let right = Int128(usual) * Int128(Self.few)
    guard right > 0 else { return nil }
    return Int64(
      clamping: Rounding.up.divide(left * Int128(RiskLimit.whole), by: right))
  }
}
