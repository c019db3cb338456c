import Domain
import Testing

@testable import SimulatedVenue

/// Bars and instruments that the market tests are made of.
enum MarketSample {
  /// 2025-01-01T00:00:00Z.
  static let newYear = MarketTime(milliseconds: 1_735_689_600_000)

  /// A name that is known to be one.
  static func id(_ symbol: String) -> InstrumentID {
    guard let id = InstrumentID(symbol) else { fatalError("\(symbol) is no symbol") }
    return id
  }

  static func instrument(_ symbol: String = "PF_XBTUSD") throws -> Instrument {
    try #require(StandardInstruments.instrument(MarketSample.id(symbol)))
  }

  /// `newYear` and `minutes`.
  static func time(_ minutes: Int64, milliseconds: Int64 = 0) -> MarketTime {
    newYear.advanced(byMilliseconds: minutes * 60_000 + milliseconds)
  }

  /// A bar of ticks: open, high, low, close.
  static func bar(
    _ prices: (Int64, Int64, Int64, Int64), minute: Int64 = 0, timeframe: Timeframe = .oneMinute,
    lots: Int64 = 600
  ) throws -> Candle {
    try #require(
      Candle(
        instrument: MarketSample.id("PF_XBTUSD"), timeframe: timeframe,
        openTime: time(minute), open: Price(ticks: prices.0), high: Price(ticks: prices.1),
        low: Price(ticks: prices.2), close: Price(ticks: prices.3), volume: Quantity(lots: lots)))
  }

  /// A possible bar out of a seed.
  static func randomBar(_ seed: UInt64) throws -> Candle {
    var random = SplitMix(seed: seed)
    let prices = (0..<4).map { _ in Int64(random.whole(1...(seed % 3 == 0 ? 5 : 100_000))) }
    let high = prices.max() ?? 1
    let low = prices.min() ?? 1
    let timeframe = Timeframe.allCases[random.whole(0...5)]
    return try bar((prices[0], high, low, prices[1]), timeframe: timeframe)
  }

  static func source(_ bars: [Candle]) throws -> ReplaySource {
    try #require(ReplaySource(instrument: instrument(), candles: bars))
  }
}
