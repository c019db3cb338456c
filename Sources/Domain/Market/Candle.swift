/// The length of a candle; every candle and every call that takes one names it.
package enum Timeframe: String, CaseIterable, Hashable, Sendable {
  case oneMinute = "1m"
  case fiveMinutes = "5m"
  case fifteenMinutes = "15m"
  case thirtyMinutes = "30m"
  case oneHour = "1h"
  case fourHours = "4h"
  case twelveHours = "12h"
  case oneDay = "1d"
  /// From Thursday to Thursday, as the first week of 1970.
  case oneWeek = "1w"

  package var milliseconds: Int64 {
    switch self {
    case .oneMinute: 60_000
    case .fiveMinutes: 300_000
    case .fifteenMinutes: 900_000
    case .thirtyMinutes: 1_800_000
    case .oneHour: 3_600_000
    case .fourHours: 14_400_000
    case .twelveHours: 43_200_000
    case .oneDay: 86_400_000
    case .oneWeek: 604_800_000
    }
  }
}

/// One bar of trades over `[openTime, openTime + timeframe)` of market time.
///
/// Invariants, kept by the initialiser: 1. low ≤ open, close ≤ high. 2. low > 0. 3. The open time
/// is a multiple of the timeframe.
package struct Candle: Hashable, Sendable {
  package let instrument: InstrumentID
  package let timeframe: Timeframe
  package let openTime: MarketTime
  package let open: Price
  package let high: Price
  package let low: Price
  package let close: Price
  /// Traded amount, rounded down to lots.
  package let volume: Quantity

  /// Nil for an impossible bar.
  package init?(
    instrument: InstrumentID, timeframe: Timeframe, openTime: MarketTime, open: Price, high: Price,
    low: Price, close: Price, volume: Quantity
  ) {
    guard low.ticks > 0, low <= open, low <= close, high >= open, high >= close,
      openTime.milliseconds % timeframe.milliseconds == 0
    else { return nil }
    self.instrument = instrument
    self.timeframe = timeframe
    self.openTime = openTime
    self.open = open
    self.high = high
    self.low = low
    self.close = close
    self.volume = volume
  }

  /// The first moment after the bar.
  package var closeTime: MarketTime { openTime.advanced(byMilliseconds: timeframe.milliseconds) }
}
