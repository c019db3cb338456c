import Domain

@testable import SignalService

/// A market of quarter-hours that trends, turns and trends again; the same for the same seed.
enum Waves {
  static func quarters(_ count: Int, seed: UInt64, drift: Int64) -> [Bar] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    let next = { (bound: UInt64) -> Int64 in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int64((state >> 16) % bound)
    }
    var price: Int64 = 400_000
    var (leg, left): (Int64, Int64) = (0, 0)
    return (0..<count).map { index in
      if left == 0 {
        leg = next(161) - 80 + drift
        left = 20 + next(120)
      }
      left -= 1
      let open = price
      price = max(50_000, price + leg + next(401) - 200)
      return Hours.bar(
        index, open: open, high: max(open, price) + next(60), low: min(open, price) - next(60),
        close: price, length: 900_000)
    }
  }

  static func series(days: Int, seed: UInt64, drift: Int64) -> SmcSeries {
    SmcSeries(
      quarters: quarters(days * SmcSeries.quartersADay, seed: seed, drift: drift), scale: .ticks)
  }

  /// Nearly every gate open, so that there is much to look at.
  static var loose: SmcParameters {
    var parameters = SmcParameters()
    parameters.adxThreshold = 10
    parameters.fibonacciBps = 100
    parameters.scoreTightAligned = 0
    parameters.scoreTightNeutral = 0
    parameters.scoreWideAligned = 0
    parameters.rsiDivergenceCheck = false
    parameters.zoneTolerance = 0.05
    return parameters
  }

  static func evaluations(
    _ series: SmcSeries, _ parameters: SmcParameters, _ variant: SmcVariant, from first: Int
  ) -> [SmcEvaluation] {
    var engine = SmcEngine(parameters, variant, scale: series.scale)
    return (first..<series.hours.count).map { engine.evaluate(series.windows(hour: $0)) }
  }

  /// Candles of all three timeframes in the order in which they close, the shorter first.
  static func candles(_ series: SmcSeries, symbol: String = "PF_XBTUSD") -> [Candle] {
    let parts: [(Timeframe, [Bar])] = [
      (.fifteenMinutes, series.quarters), (.oneHour, series.hours), (.oneDay, series.days),
    ]
    return parts.flatMap { timeframe, bars in bars.map { candle($0, timeframe, symbol) } }
      .sorted {
        ($0.closeTime, $0.timeframe.milliseconds) < ($1.closeTime, $1.timeframe.milliseconds)
      }
  }

  static func candle(
    _ bar: Bar, _ timeframe: Timeframe, _ symbol: String = "PF_XBTUSD", volume: Int64 = 1
  ) -> Candle {
    guard
      let candle = Candle(
        instrument: Bars.id(symbol), timeframe: timeframe, openTime: bar.openTime,
        open: Price(ticks: bar.open), high: Price(ticks: bar.high), low: Price(ticks: bar.low),
        close: Price(ticks: bar.close), volume: Quantity(lots: volume))
    else { fatalError("the bar is possible") }
    return candle
  }
}
