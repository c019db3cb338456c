import Archive
import Daemon
import Domain
import SignalService

/// Candles of a file as a series of quarter-hours.
enum EvaluationCandles {
  /// Places behind the point that prices may need.
  private static let mostPlaces = 12

  static func load(_ path: String) throws(Fatal) -> SmcSeries {
    do {
      if let file = try CentsCandleFile.load(path) {
        let bars = file.rows.map { row in
          Bar(
            openTime: row.openTime, open: row.open, high: row.high, low: row.low,
            close: row.close, scale: .cents)
        }
        return SmcSeries(quarters: bars, scale: .cents)
      }
      return try series(try CandleFile.load(path))
    } catch let error as ArchiveError {
      throw Fatal(.badConfiguration, error.description)
    } catch let error as Fatal {
      throw error
    } catch {
      throw Fatal(.internalError, "unable to read candles of \(path): \(error)")
    }
  }

  /// In the finest step that any price of the file needs.
  private static func series(_ file: CandleFile) throws -> SmcSeries {
    guard file.timeframe == .fifteenMinutes else {
      throw refusal(file, "its bars are \(file.timeframe.rawValue) long", "give bars of 15m")
    }
    let places = file.candles.reduce(0) { most, candle in
      max(
        most,
        -min(candle.open.exponent, candle.high.exponent, candle.low.exponent, candle.close.exponent)
      )
    }
    guard places <= mostPlaces, let tick = ExactDecimal(mantissa: 1, exponent: -places),
      let scale = PriceScale(tick: tick)
    else { throw refusal(file, "prices have \(places) places", "leave the file out") }
    var bars: [Bar] = []
    for candle in file.candles {
      let prices = [candle.open, candle.high, candle.low, candle.close].compactMap { price in
        scale.ticks(
          WorkingDecimal(coefficient: Int128(price.mantissa), exponent: price.exponent),
          rounding: .nearest)
      }
      let step = Timeframe.fifteenMinutes.milliseconds
      if let last = bars.last, last.openTime.milliseconds + step != candle.openMilliseconds {
        throw refusal(
          file, "a quarter-hour is missing before \(candle.openMilliseconds)", "fill the gap")
      }
      guard prices.count == 4 else { throw refusal(file, "a price is too large", "correct it") }
      bars.append(
        Bar(
          openTime: MarketTime(milliseconds: candle.openMilliseconds), open: prices[0],
          high: prices[1], low: prices[2], close: prices[3], scale: scale))
    }
    return SmcSeries(quarters: bars, scale: scale)
  }

  private static func refusal(_ file: CandleFile, _ what: String, _ remedy: String) -> Fatal {
    Fatal(.badConfiguration, "unable to evaluate on \(file.path): \(what): \(remedy)")
  }
}
